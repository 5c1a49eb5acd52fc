// How the page is used: with the keyboard alone, by a screen reader, on a phone, in the dark; and what it asks of the network.

import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { PHONE, accessibilityFaults, openPage, startBrowser } from "./support/browser.js";
import { Cut } from "./support/cut.js";
import { Member } from "./support/member.js";
import { Peer } from "./support/peer.js";
import { Server } from "./support/server.js";

const WIRE_BYTES_MAX = 60 * 1024; // page, stylesheet and script

let browser;
let server;
before(async () => {
  browser = await startBrowser();
  server = await Server.start("chat", "--store", "none", "--rate", "off");
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

// A room with a line of every kind.
async function fullRoom(name, options) {
  const oskar = await Peer.enters(server, `oskar-${name}`);
  const ana = await Member.enters(browser, server.url, name, options);
  oskar.says("kaixo https://example.org/", `hello ${name}`, "/me waves", `/msg ${name} psst`, "สวัสดี", "مرحبا بالعالم", "🎉", "/join cave-" + name, "there");
  await ana.says("mine", "/nosuch", "/who");
  await ana.reads("Unknown command");
  await ana.reads("🎉");
  return { ana, oskar };
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing to mend, ${colorScheme}`, async () => {
    const entry = await openPage(browser, server.url, { colorScheme });
    await entry.waitForSelector("#entry-field");
    assert.deepEqual(await accessibilityFaults(entry), []);
    await entry.context().close();
    const { ana, oskar } = await fullRoom(`ana-${colorScheme}`, { colorScheme });
    await ana.page.click("#settings summary");
    assert.deepEqual(await accessibilityFaults(ana.page), []);
    await ana.page.locator("#line").pressSequentially("/j");
    await ana.page.getByRole("option").first().waitFor();
    assert.deepEqual(await accessibilityFaults(ana.page), []);
    const ground = await ana.page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/gu).map(Number));
    assert.equal(ground[0] > 128, colorScheme === "light");
    await ana.leaves();
    oskar.leaves();
  });
}

test("on a phone nothing stands out at the side, and rooms and people come in from the edge", async () => {
  const { ana, oskar } = await fullRoom("ana-phone", { viewport: PHONE, hasTouch: true, isMobile: true });
  assert.ok(await ana.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.equal(await ana.page.locator("#side").isVisible(), false);
  await ana.page.tap("#drawer");
  await ana.page.locator("#people").waitFor();
  assert.deepEqual(await accessibilityFaults(ana.page), []);
  await ana.page.keyboard.press("Escape");
  await ana.page.locator("#side").waitFor({ state: "hidden" });
  assert.equal(await ana.page.evaluate(() => document.activeElement.id), "drawer");
  for (const id of ["#line", "#say button", "#drawer"]) {
    const box = await ana.page.locator(id).boundingBox();
    assert.ok(box.height >= 40 && box.x >= 0 && box.x + box.width <= PHONE.width, `${id} can be hit by a thumb`);
  }
  await ana.leaves();
  oskar.leaves();
});

test("with the keyboard alone one comes in, talks, enters a room, writes to somebody and leaves", async () => {
  const oskar = await Peer.enters(server, "oskar-keys");
  const page = await openPage(browser, server.url);
  await page.waitForSelector("#entry-field:focus");
  const { keyboard } = page;
  await keyboard.type("keys");
  await keyboard.press("Enter");
  await page.waitForSelector("#line:focus");
  await keyboard.type("by keys");
  await keyboard.press("Enter");
  await oskar.hears("keys: by keys");
  await keyboard.press("ArrowUp");
  assert.equal(await page.inputValue("#line"), "by keys");
  await keyboard.press("ArrowDown");
  await keyboard.type("@oskar-k");
  await keyboard.press("Tab");
  assert.equal(await page.inputValue("#line"), "@oskar-keys: ");
  await keyboard.type("look");
  await keyboard.press("Enter");
  await oskar.hears("keys: @oskar-keys: look");
  const reach = async (selector) => {
    for (let steps = 0; steps < 30; steps += 1) {
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      await keyboard.press("Shift+Tab");
    }
    assert.fail(`${selector} is not reached`);
  };
  await reach('[data-name="oskar-keys"]');
  await keyboard.press("Enter");
  await page.waitForSelector("#line:focus");
  await keyboard.type("psst");
  await keyboard.press("Enter");
  await oskar.hears("keys -> you: psst");
  await reach("#join-room");
  await keyboard.type("den");
  await keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#title").textContent === "den");
  await reach('[data-name="lobby"]');
  await keyboard.press("Enter");
  await page.waitForSelector("#line:focus");
  await keyboard.type("/quit");
  await keyboard.press("Enter");
  await page.waitForSelector("#again:focus");
  assert.deepEqual(page.faults, []);
  await page.context().close();
  oskar.leaves();
});

test("a screen reader is told what is said, and not what is called back from history", async () => {
  const { ana, oskar } = await fullRoom("ana-reader");
  const log = ana.page.locator(".messages:not([hidden])");
  assert.equal(await log.getAttribute("role"), "log");
  assert.equal(await log.getAttribute("aria-live"), "polite");
  assert.equal(await log.getAttribute("aria-label"), "Messages of lobby");
  const said = await (await ana.reads("kaixo")).evaluate((each) => each.innerText);
  assert.match(said, /^oskar-ana-reader/u, "each line begins with who said it");
  await ana.leaves();
  oskar.leaves();
});

test("nothing moves for who wants no movement", async () => {
  const { ana, oskar } = await fullRoom("ana-still");
  await ana.page.emulateMedia({ reducedMotion: "reduce" });
  await ana.page.waitForFunction(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  const moving = await ana.page.$$eval("*", (all) => all.filter((each) => getComputedStyle(each).transitionDuration !== "0s" || getComputedStyle(each).animationName !== "none").length);
  assert.equal(moving, 0);
  await ana.leaves();
  oskar.leaves();
});

test("the page is one document, one stylesheet and one script of its own host, of 60 KB at most", async () => {
  const ana = await Member.enters(browser, server.url, "ana-wire");
  const asked = ana.page.asked.map((address) => address.replace(server.url, "/")).sort();
  assert.deepEqual(asked, ["/", "/healthz", "/main.js", "/style.css"]);
  const bytes = await ana.page.evaluate(() => [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")].reduce((sum, each) => sum + each.encodedBodySize, 0));
  assert.ok(bytes > 1_000 && bytes <= WIRE_BYTES_MAX, `${bytes} bytes`);
  await ana.leaves();
});

test("it works in a folder of another host, where no address of the root is reached", async () => {
  const folder = await Cut.before(server, "/deep/er/");
  const ana = await Member.enters(browser, folder.url, "ana-deep");
  await ana.says("from below");
  await ana.reads("from below");
  assert.ok(ana.page.asked.every((address) => address.startsWith(folder.url)));
  await ana.leaves();
  folder.stop();
});
