// The same page in front of the services that ask and that echo.

import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { accessibilityFaults, openPage, startBrowser } from "./support/browser.js";
import { Cut } from "./support/cut.js";
import { Server } from "./support/server.js";

const script = (name) => fileURLToPath(new URL(`../../examples/prompts/${name}.toml`, import.meta.url));

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

const question = (page, text) => page.getByRole("heading", { name: text }).waitFor();

async function answers(page, text) {
  await page.fill("#answer", text);
  await page.press("#answer", "Enter");
}

test("a registration is answered by fields of each type, choices by buttons, and a hidden answer is not shown", async () => {
  const server = await Server.start("prompt", script("registration"), "--store", "STORE", "--answers", "none");
  const page = await openPage(browser, server.url);
  await question(page, "Your name?");
  await page.getByText("About you").waitFor();
  await answers(page, "ana");
  await question(page, "Your e-mail address, ana?");
  assert.equal(await page.getAttribute("#answer", "type"), "email");
  await answers(page, "nonsense");
  await page.getByRole("alert").filter({ hasText: "Please type an e-mail address" }).waitFor();
  await answers(page, "ana@example.org");
  await question(page, "You come as a");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole("button", { name: "As it is: visitor" }).click();
  await question(page, "When were you born?");
  assert.equal(await page.getAttribute("#answer", "type"), "date");
  await answers(page, "2001-02-03");
  await question(page, "Which workshop?");
  await page.click("#back");
  await question(page, "When were you born?");
  await answers(page, "2001-02-04");
  await page.getByRole("button", { name: "poetry" }).click();
  await question(page, "How many seats?");
  assert.equal(await page.getAttribute("#answer", "inputmode"), "decimal");
  await answers(page, "9");
  await page.getByRole("alert").filter({ hasText: "too large" }).waitFor();
  await answers(page, "2");
  await question(page, "When do you arrive?");
  await answers(page, "2026-06-05");
  await page.getByRole("button", { name: "yes", exact: true }).click();
  await question(page, "What do you not eat?");
  await page.click("#skip");
  await question(page, "Choose a code");
  assert.equal(await page.getAttribute("#answer", "type"), "password");
  await answers(page, "4711");
  await question(page, "The code once more:");
  await answers(page, "4711");
  await question(page, "Is all of this right, ana?");
  await page.getByRole("button", { name: "yes", exact: true }).click();
  await page.getByText("You are registered, ana, for poetry.").waitFor();
  await page.getByRole("button", { name: "Begin anew" }).waitFor();
  assert.doesNotMatch(await page.textContent("#prompt"), /4711/u);
  assert.deepEqual(page.faults, []);
  await page.context().close();
  await server.stop();
});

test("after a broken connection the questions go on where they were", async () => {
  const server = await Server.start("prompt", script("quiz"), "--store", "STORE", "--answers", "none");
  const line = await Cut.before(server);
  const page = await openPage(browser, line.url);
  await question(page, "What is your name?");
  await answers(page, "ana");
  await question(page, "Which planet is nearest");
  line.cut();
  await page.getByText("Offline.").waitFor();
  line.mend();
  await page.waitForSelector("#prompt-status", { state: "hidden" });
  await page.getByRole("button", { name: "Mercury" }).click();
  await question(page, "How many moons has Mars?");
  await page.reload();
  await question(page, "How many moons has Mars?");
  assert.deepEqual(page.faults, []);
  await page.context().close();
  line.stop();
  await server.stop();
});

test("echo shows the bytes that came back, text and binary, and how long they took", async () => {
  const server = await Server.start("echo", "--doors", "plain,web");
  const page = await openPage(browser, server.url);
  await page.getByText("Connected.").waitFor();
  await page.fill("#echo-text", "kaixo 🎉");
  await page.press("#echo-text", "Enter");
  await page.waitForFunction(() => document.querySelectorAll("#echo-rows tr").length === 1);
  assert.match(await page.textContent("#echo-rows tr"), /kaixo 🎉text106b 61 69 78 6f 20 f0 9f 8e 89[\d.]+the same/u);
  await page.check("#echo-binary");
  await page.click("#echo-form button");
  await page.waitForFunction(() => document.querySelectorAll("#echo-rows tr").length === 2);
  assert.match(await page.textContent("#echo-rows tr"), /binary10.*the same/u);
  await page.click("#echo-series");
  await page.getByText("22 came back.").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
  await server.stop();
});
