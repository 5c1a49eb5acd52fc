// What the server asks: a password is said to nobody else, and nothing else is taken for one, however slow the line is.

import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./support/browser.js";
import { Cut } from "./support/cut.js";
import { Member } from "./support/member.js";
import { Peer } from "./support/peer.js";
import { Server } from "./support/server.js";

const PASSWORD = "sesame12"; // a name, too
const asksForPassword = '#entry-field[type="password"]';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

async function serverWithAccount(name) {
  const server = await Server.start("chat", "--store", "none", "--rate", "off");
  const owner = await Peer.enters(server, name);
  owner.says(`/register ${PASSWORD}`);
  await owner.hears("is your account now");
  owner.says("/quit");
  await owner.hears("Goodbye!");
  owner.leaves();
  return server;
}

test("a line that is typed before the question is there is kept in the field, and not taken for the answer", async () => {
  const server = await Server.start("chat", "--store", "none", "--rate", "off");
  const line = await Cut.before(server);
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, line.url, "ana");
  await ana.says("here");
  await ana.reads("here");
  line.stall();
  await ana.says("/register", "is it slow?");
  await ana.page.getByText("the server may ask something first").waitFor();
  assert.equal(await ana.page.inputValue("#line"), "is it slow?");
  line.mend();
  await ana.page.waitForSelector(asksForPassword);
  await ana.answers(PASSWORD);
  await ana.page.getByText("once more").waitFor();
  await ana.answers(PASSWORD);
  await ana.reads("is your account now");
  await ana.page.press("#line", "Enter");
  await oskar.hears("ana: is it slow?");
  await ana.leaves();
  oskar.leaves();
  line.stop();
});

test("a refused answer ends the question: the next line is said again", async () => {
  const server = await Server.start("chat", "--store", "none", "--rate", "off");
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, server.url, "ana");
  await ana.says("/register");
  await ana.page.waitForSelector(asksForPassword);
  await ana.answers("short");
  await ana.reads("6 to 128 bytes");
  assert.equal(await ana.page.locator("#entry").isVisible(), false);
  await ana.says("kaixo");
  await oskar.hears("ana: kaixo");
  await ana.leaves();
  oskar.leaves();
});

test("a password that is typed while the connection is lost does not become a name", async () => {
  const server = await serverWithAccount("ana");
  const line = await Cut.before(server);
  const oskar = await Peer.enters(server, "oskar");
  const ana = new Member();
  ana.page = await openPage(browser, line.url);
  await ana.answers("ana");
  await ana.page.waitForSelector(asksForPassword);
  line.cut();
  await ana.page.getByText("Offline:").waitFor();
  await ana.answers(PASSWORD);
  line.mend();
  await ana.page.waitForSelector("#entry-send:enabled");
  assert.equal(await ana.page.inputValue(asksForPassword), "");
  await ana.answers(PASSWORD);
  await ana.isIn();
  const read = await oskar.hears("ana has joined the chat!");
  assert.doesNotMatch(read, /sesame/u);
  await ana.leaves();
  oskar.leaves();
  line.stop();
});

test("who had an account and comes in again is asked for a name, also before the server asks", async () => {
  const server = await serverWithAccount("ana");
  const line = await Cut.before(server);
  const ana = new Member();
  ana.page = await openPage(browser, line.url);
  await ana.answers("ana");
  await ana.page.waitForSelector(asksForPassword);
  await ana.answers(PASSWORD);
  await ana.isIn();
  await ana.says("/quit");
  await ana.page.waitForSelector("#again");
  line.stall();
  await ana.page.click("#again");
  await ana.page.waitForSelector('#entry-field[type="text"]');
  assert.equal(await ana.page.textContent("#entry-label"), "What is your name?");
  await ana.answers("luzmi");
  line.mend();
  await ana.isIn();
  assert.deepEqual(await ana.names(), ["luzmi"]);
  await ana.leaves();
  line.stop();
});

test("where the server has a password, a reload asks for it once, and then all is as before", async () => {
  const asking = new Server([]);
  writeFileSync(asking.file("password"), "open 123\n");
  const server = await Server.start("chat", "--store", "none", "--rate", "off", "--server-password-file", asking.file("password"));
  const ana = new Member();
  ana.page = await openPage(browser, server.url);
  const opens = async () => {
    await ana.page.waitForSelector(asksForPassword);
    await ana.answers("open 123");
  };
  await opens();
  await ana.page.waitForSelector('#entry-field[type="text"]');
  await ana.answers("ana");
  await ana.isIn();
  await ana.says("/join cellar", "before");
  await ana.reads("before");
  await ana.page.reload();
  await opens();
  await ana.isIn();
  assert.equal(await ana.page.textContent("#entry-refusal"), "");
  assert.equal(await ana.page.textContent("#title"), "cellar");
  await ana.leaves();
});

test("whose name was taken while he was away is told so, and comes in by another", async () => {
  const server = await Server.start("chat", "--store", "none", "--rate", "off", "--resume-grace", "1s");
  const line = await Cut.before(server);
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, line.url, "ana");
  await ana.says("here"); // which is sent once the session can be resumed
  await oskar.hears("ana: here");
  line.cut();
  await oskar.hears("ana has left the chat.");
  const other = await Peer.enters(server, "ana");
  line.mend();
  await ana.page.click("#retry");
  await ana.page.getByRole("alert").filter({ hasText: "is taken by now" }).waitFor();
  await ana.answers("luzmi");
  await ana.isIn();
  await oskar.hears("luzmi has joined the chat!");
  await ana.leaves();
  oskar.leaves();
  other.leaves();
  line.stop();
});
