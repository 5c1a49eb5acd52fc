// Names, rooms, messages both ways, reading back: a browser and a socket in one chat.

import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./support/browser.js";
import { Cut } from "./support/cut.js";
import { Member } from "./support/member.js";
import { Peer } from "./support/peer.js";
import { Server } from "./support/server.js";

let browser;
let server;
before(async () => {
  browser = await startBrowser();
  server = await Server.start("chat", "--store", "none", "--rate", "off", "--history", "10");
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

test("the name is asked first, and why one is refused is shown beside the field", async () => {
  const oskar = await Peer.enters(server, "oskar");
  const ana = new Member();
  ana.page = await openPage(browser, server.url);
  await ana.page.waitForSelector("#entry-field:focus");
  await ana.answers("o s k a r");
  await ana.page.getByRole("alert").filter({ hasText: /one word|white space|space/u }).waitFor();
  await ana.answers("oskar");
  await ana.page.getByRole("alert").filter({ hasText: "is taken" }).waitFor();
  await ana.answers("ana");
  await ana.isIn();
  await oskar.hears("ana has joined the chat!");
  assert.deepEqual(await ana.names(), ["oskar", "ana"]);
  await ana.leaves();
  oskar.leaves();
});

test("lines go both ways, each read once, one's own apart from others'", async () => {
  const oskar = await Peer.enters(server, "oskar1");
  const ana = await Member.enters(browser, server.url, "ana1");
  await ana.says("kaixo from the page");
  await oskar.hears("ana1: kaixo from the page");
  oskar.says("kaixo from a socket", "/me waves");
  const theirs = await ana.reads("kaixo from a socket");
  assert.match(await theirs.getAttribute("class"), /^(?!.*own)/u);
  await ana.reads("waves");
  const own = await ana.reads("kaixo from the page");
  assert.match(await own.getAttribute("class"), /own/u);
  await ana.hasRead(/kaixo from|waves/u, ["kaixo from the page", "kaixo from a socket", "waves"]);
  assert.equal(await ana.page.locator("#pending").isVisible(), false);
  assert.match(await theirs.locator("time").getAttribute("title"), /\d/u);
  await ana.leaves();
  oskar.leaves();
});

test("several lines that are pasted are several lines; an empty one is none", async () => {
  const oskar = await Peer.enters(server, "oskar2");
  const ana = await Member.enters(browser, server.url, "ana2");
  await ana.says("first\n\nsecond");
  await oskar.hears("ana2: first\r\nana2: second\r\n");
  await ana.leaves();
  oskar.leaves();
});

test("a mention and a private line stand out; a hidden page counts them in its title", async () => {
  const oskar = await Peer.enters(server, "oskar3");
  const ana = await Member.enters(browser, server.url, "ana3");
  oskar.says("nobody is meant", "look, @Ana3: here", "/msg ana3 psst");
  const mention = await ana.reads("look");
  assert.equal(await mention.locator("mark").textContent(), "Ana3");
  assert.match(await (await ana.reads("psst")).getAttribute("class"), /private.*mentions/u);
  assert.doesNotMatch(await (await ana.reads("nobody")).getAttribute("class"), /mentions/u);
  await ana.page.evaluate(() => Object.defineProperty(document, "hidden", { value: true, configurable: true }));
  oskar.says("one", "two");
  await ana.page.waitForFunction(() => document.title.startsWith("(2) "));
  await ana.page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: false });
    dispatchEvent(new Event("focus"));
  });
  assert.equal(await ana.page.title(), "lobby · Grotto");
  await ana.leaves();
  oskar.leaves();
});

test("rooms stand at the side: one enters, reads and leaves them there", async () => {
  const oskar = await Peer.enters(server, "oskar4");
  const ana = await Member.enters(browser, server.url, "ana4");
  await ana.page.fill("#join-room", "cave");
  await ana.page.press("#join-room", "Enter");
  await ana.page.waitForFunction(() => document.querySelector("#title").textContent === "cave");
  oskar.says("/join cave");
  await oskar.hears("You are in cave now");
  await ana.page.waitForFunction(() => document.querySelectorAll("#people li").length === 2);
  assert.deepEqual(await ana.names(), ["ana4", "oskar4"]);
  await ana.says("in the cave");
  await oskar.hears("ana4: in the cave");
  await ana.page.click('[data-name="lobby"]');
  await ana.says("in the lobby");
  await oskar.hears("[lobby] ana4: in the lobby");
  oskar.says("still in the cave", "ana4, come");
  await ana.page.waitForFunction(() => document.querySelector('[data-name="cave"] .count.for-me')?.textContent === "2");
  await ana.page.click('[data-name="cave"]');
  await ana.hasRead(/cave/u, ["in the cave", "still in the cave"]);
  await ana.page.click('[data-name="leave cave"]');
  await ana.page.waitForFunction(() => document.querySelectorAll("#rooms li").length === 1);
  assert.equal(await ana.page.textContent("#title"), "lobby");
  await oskar.hears("ana4 has left the room.");
  await ana.leaves();
  oskar.leaves();
});

test("joins and leaves are told quietly, and can be hidden", async () => {
  const ana = await Member.enters(browser, server.url, "ana5");
  const oskar = await Peer.enters(server, "oskar5");
  const joined = await ana.reads("oskar5 has joined");
  assert.match(await joined.getAttribute("class"), /quiet/u);
  assert.deepEqual((await ana.names()).slice(-2), ["ana5", "oskar5"]);
  await ana.page.click("#settings summary");
  await ana.page.check("#hide-quiet");
  assert.equal(await joined.isVisible(), false);
  oskar.leaves();
  await ana.page.waitForFunction(() => ![...document.querySelectorAll("#people .name")].some((name) => name.textContent === "oskar5"));
  await ana.leaves();
});

test("commands are completed, and their answers and refusals shown", async () => {
  const ana = await Member.enters(browser, server.url, "ana6");
  await ana.page.fill("#line", "");
  await ana.page.locator("#line").pressSequentially("/who");
  await ana.page.getByRole("option").nth(1).waitFor();
  assert.deepEqual(await ana.page.locator("#offers b").allTextContents(), ["/who", "/whois"]);
  await ana.page.press("#line", "ArrowDown");
  await ana.page.press("#line", "ArrowDown");
  await ana.page.press("#line", "Enter");
  assert.equal(await ana.page.inputValue("#line"), "/whois ");
  await ana.page.locator("#line").pressSequentially("ana6");
  await ana.page.press("#line", "Enter");
  await ana.reads("ana6 has been here since");
  await ana.says("/nosuch");
  await ana.reads("Unknown command /nosuch");
  await ana.says("x".repeat(5000));
  await ana.page.getByRole("alert").filter({ hasText: "5000 bytes" }).waitFor();
  assert.equal((await ana.page.inputValue("#line")).length, 5000, "what was typed is kept");
  await ana.leaves();
});

test("who reads back stays there, and is told how many lines are new", async () => {
  const oskar = await Peer.enters(server, "oskar7");
  const ana = await Member.enters(browser, server.url, "ana7");
  oskar.says(...Array.from({ length: 60 }, (_, number) => `back ${number}`));
  await ana.reads("back 59");
  const box = ana.page.locator(".messages:not([hidden])");
  const isAtEnd = () => box.evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight < 2);
  await ana.page.waitForFunction(() => {
    const each = document.querySelector(".messages:not([hidden])");
    return each.scrollHeight - each.scrollTop - each.clientHeight < 2;
  });
  await box.evaluate((each) => (each.scrollTop = 800));
  await ana.page.getByRole("button", { name: "To the newest" }).waitFor();
  const at = await box.evaluate((each) => each.scrollTop);
  oskar.says("new 1", "new 2", "new 3");
  await ana.page.getByRole("button", { name: "3 new lines ↓" }).waitFor();
  assert.equal(await box.evaluate((each) => each.scrollTop), at);
  await ana.page.click("#newer");
  assert.equal(await isAtEnd(), true);
  assert.equal(await ana.page.locator("#newer").isVisible(), false);
  await ana.leaves();
  oskar.leaves();
});

test("earlier lines come by scrolling up, each once, in order, to the first", async () => {
  const oskar = await Peer.enters(server, "oskar8");
  oskar.says("/join attic", ...Array.from({ length: 170 }, (_, number) => `earlier ${number}`), "/sync");
  await oskar.hears("kept");
  const ana = await Member.enters(browser, server.url, "ana8");
  await ana.says("/join attic");
  await ana.reads("earlier 169");
  const expected = Array.from({ length: 170 }, (_, number) => `earlier ${number}`);
  await ana.page.waitForFunction(
    () => {
      const box = document.querySelector(".messages:not([hidden])");
      if (!box.hasAttribute("aria-busy")) box.scrollTop = 0;
      return box.textContent.includes("This is where what is kept begins");
    },
    null,
    { polling: 50 },
  );
  await ana.hasRead(/^earlier /u, expected);
  await ana.leaves();
  oskar.leaves();
});

test("a reload keeps the name, the rooms and what is half typed, and nobody reads that one was gone", async () => {
  const oskar = await Peer.enters(server, "oskar9");
  const ana = await Member.enters(browser, server.url, "ana9");
  await oskar.hears("ana9 has joined the chat!");
  await ana.says("/join cellar");
  await ana.page.waitForFunction(() => document.querySelector("#title").textContent === "cellar");
  await ana.says("before");
  await ana.reads("before");
  await ana.page.fill("#line", "half typ");
  await ana.page.reload();
  await ana.isIn();
  await ana.reads("before");
  assert.equal(await ana.page.inputValue("#line"), "half typ");
  assert.equal(await ana.page.textContent("#title"), "cellar");
  await ana.page.waitForFunction(() => document.querySelectorAll("#rooms .room").length === 2);
  await ana.page.click('[data-name="lobby"]');
  await ana.says("here again");
  const between = await oskar.hears("ana9: here again");
  assert.doesNotMatch(between, /ana9 has (left|joined)/u);
  await ana.leaves();
  oskar.leaves();
});

test("what the server tells whoever comes in is read", async () => {
  const folder = new Server([]);
  writeFileSync(folder.file("motd"), "Mind your head.\n");
  const low = await Server.start("chat", "--store", "none", "--motd", folder.file("motd"));
  const ana = await Member.enters(browser, low.url, "ana");
  await ana.reads("Mind your head.");
  await ana.leaves();
});

test("a button at the side is pressed, also when lines come meanwhile", async () => {
  const ana = await Member.enters(browser, server.url, "ana16");
  await ana.says("/join cellar16");
  await ana.page.waitForFunction(() => document.querySelector("#title").textContent === "cellar16");
  await ana.page.hover('[data-name="leave cellar16"]');
  await ana.page.mouse.down();
  await ana.says("in between");
  await ana.reads("in between");
  await ana.page.mouse.up();
  await ana.page.waitForFunction(() => document.querySelectorAll("#rooms .room").length === 1);
  await ana.leaves();
});

test("who leaves is told so, and comes in again by a button", async () => {
  const ana = await Member.enters(browser, server.url, "ana10");
  await ana.says("/quit");
  await ana.page.click("#again");
  await ana.answers("ana11");
  await ana.isIn();
  assert.ok((await ana.names()).includes("ana11"));
  await ana.leaves();
});

test("a name that is typed before the server asks for it is the one to come in with", async () => {
  const line = await Cut.before(server);
  const ana = await Member.enters(browser, line.url, "ana13");
  await ana.says("/quit");
  await ana.page.waitForSelector("#again");
  line.stall();
  await ana.page.click("#again");
  await ana.answers("ana14");
  line.mend();
  await ana.isIn();
  assert.ok((await ana.names()).includes("ana14"));
  await ana.leaves();
  line.stop();
});

test("what the page asks by itself is not taken for the password", async () => {
  const ana = new Member();
  const sent = [];
  ana.page = await openPage(browser, "about:blank");
  const quiet = await Server.start("chat", "--store", "none"); // where there is room for earlier lines
  const opened = ana.page.waitForEvent("websocket");
  // Frames come late, as on a busy machine: the command is sent before the page asks for earlier lines.
  await ana.page.addInitScript(`{
    const soon = requestAnimationFrame;
    globalThis.requestAnimationFrame = (draw) => setTimeout(() => soon(draw), 500);
  }`);
  await ana.page.goto(quiet.url);
  const socket = await opened;
  socket.on("framesent", ({ payload }) => sent.push(payload));
  await ana.answers("ana15");
  await ana.isIn();
  await ana.says("/register");
  await ana.page.waitForSelector('#entry-field[type="password"]');
  await ana.page.evaluate("new Promise((resolve) => requestAnimationFrame(resolve))");
  const asksForEarlier = socket.waitForEvent("framesent", ({ payload }) => payload === "/history 50");
  await ana.answers("short");
  await ana.reads("6 to 128 bytes");
  await asksForEarlier;
  const own = sent.filter((line) => !/^\/(resume|echo)/u.test(line));
  assert.deepEqual(own, ["ana15", "/register", "short", "/history 50"]);
  await ana.leaves();
});

test("a name with an account asks for its password, which is not shown", async () => {
  const ana = await Member.enters(browser, server.url, "ana12");
  await ana.says("/register");
  await ana.page.waitForSelector('#entry-field[type="password"]');
  await ana.answers("short");
  await ana.reads("6 to 128 bytes");
  await ana.says("/register");
  await ana.page.waitForSelector('#entry-field[type="password"]');
  await ana.answers("sesame 12");
  await ana.page.getByText("once more").waitFor();
  await ana.answers("sesame 12");
  await ana.reads("is your account now");
  await ana.says("/quit");
  await ana.page.waitForSelector("#again");
  await ana.leaves();
  const again = new Member();
  again.page = await openPage(browser, server.url);
  await again.answers("ana12");
  await again.page.waitForSelector('#entry-field[type="password"]');
  await again.answers("wrong one");
  await again.page.getByRole("alert").filter({ hasText: "not the password" }).waitFor();
  await again.page.waitForSelector('#entry-field[type="text"]');
  await again.answers("ana12");
  await again.page.waitForSelector('#entry-field[type="password"]');
  await again.answers("sesame 12");
  await again.isIn();
  await again.leaves();
});
