// Lost connections and a server that is killed: nothing is lost, nothing is read or said twice.

import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./support/browser.js";
import { Cut } from "./support/cut.js";
import { Member } from "./support/member.js";
import { Peer } from "./support/peer.js";
import { Server } from "./support/server.js";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

async function isOffline(member) {
  await member.page.getByText("Offline.").waitFor();
}

test("after the server was killed and started again, what was kept and what was typed meanwhile is there once", async () => {
  const server = await Server.start("chat", "--store", "STORE", "--rate", "off");
  const ana = await Member.enters(browser, server.url, "ana");
  const oskar = await Peer.enters(server, "oskar");
  oskar.says("line 1", "line 2", "/sync");
  await oskar.hears("-- kept up to");
  await ana.says("line 3");
  await oskar.hears("ana: line 3");
  oskar.says("/sync");
  await oskar.hears("-- kept up to");
  await ana.hasRead(/^line/u, ["line 1", "line 2", "line 3"]);
  await server.kill();
  await isOffline(ana);
  await ana.says("line 4 typed offline");
  await ana.page.fill("#line", "half typed");
  await ana.page.locator(".pending", { hasText: "line 4" }).waitFor();
  await server.start();
  const again = await Peer.enters(server, "oskar");
  await again.hears("ana: line 4 typed offline");
  again.says("line 5");
  await ana.hasRead(/^line/u, ["line 1", "line 2", "line 3", "line 4 typed offline", "line 5"]);
  assert.equal(await ana.page.inputValue("#line"), "half typed");
  assert.equal(await ana.page.locator(".doubtful").count(), 0);
  await ana.page.locator("#status").waitFor({ state: "hidden" });
  await ana.leaves();
  await server.stop();
});

test("who was in several rooms is in them again after a restart, with the same one in sight", async () => {
  const server = await Server.start("chat", "--store", "STORE");
  const ana = await Member.enters(browser, server.url, "ana");
  await ana.says("/join cave", "/join attic");
  await ana.page.waitForFunction(() => document.querySelector("#title").textContent === "attic");
  await ana.page.click('[data-name="cave"]');
  await server.kill();
  await isOffline(ana);
  await server.start();
  await ana.page.locator("#status").waitFor({ state: "hidden" });
  await ana.page.waitForFunction(() => document.querySelectorAll("#rooms .room").length === 3);
  await ana.page.waitForFunction(() => document.querySelector("#title").textContent === "cave");
  const oskar = await Peer.enters(server, "oskar");
  oskar.says("/join cave");
  await oskar.hears("You are in cave now");
  await ana.says("still here");
  await oskar.hears("ana: still here");
  await ana.leaves();
  await server.stop();
});

test("what was said while the line was cut is read once, and nobody reads that one was gone", async () => {
  const server = await Server.start("chat", "--store", "none", "--rate", "off");
  const line = await Cut.before(server);
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, line.url, "ana");
  await oskar.hears("ana has joined the chat!");
  oskar.says("before");
  await ana.reads("before");
  line.cut();
  await isOffline(ana);
  oskar.says("missed 1", "missed 2");
  await ana.says("mine 1", "mine 2");
  line.mend();
  await ana.page.click("#retry");
  const between = await oskar.hears("ana: mine 2");
  assert.match(between, /ana: mine 1/u);
  assert.doesNotMatch(between, /ana has (left|joined)/u);
  await ana.hasRead(/before|missed|mine/u, ["before", "missed 1", "missed 2", "mine 1", "mine 2"]);
  await ana.leaves();
  line.stop();
  await server.stop();
});

test("a line that had arrived when the connection broke is not said twice, one that had not is said", async () => {
  const server = await Server.start("chat", "--store", "none", "--rate", "off");
  const line = await Cut.before(server);
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, line.url, "ana");
  await ana.says("before");
  await oskar.hears("ana: before"); // lines are said at once from now on
  line.hold();
  await ana.says("arrived, and its echo is lost");
  await oskar.hears("ana: arrived, and its echo is lost");
  line.cut();
  await isOffline(ana);
  await ana.says("not arrived");
  line.mend();
  await ana.page.click("#retry");
  const between = await oskar.hears("ana: not arrived");
  assert.doesNotMatch(between, /arrived, and/u);
  await ana.hasRead(/arrived/u, ["arrived, and its echo is lost", "not arrived"]);
  assert.equal(await ana.page.locator("#pending").isVisible(), false);
  await ana.leaves();
  line.stop();
  await server.stop();
});

test("the page says that the server is slow, as long as it is", async () => {
  const server = await Server.start("chat", "--store", "none");
  const line = await Cut.before(server);
  const ana = await Member.enters(browser, line.url, "ana");
  line.hold();
  await ana.says("is anybody there?");
  await ana.page.getByText("The server is slow to answer").waitFor();
  line.cut();
  line.mend();
  await ana.page.locator("#status").waitFor({ state: "hidden" });
  await ana.hasRead(/anybody/u, ["is anybody there?"]);
  await ana.leaves();
  line.stop();
  await server.stop();
});

test("the page says that the server is slow where it does not answer who has just come in, and his line waits", async () => {
  const server = await Server.start("chat", "--store", "none");
  const ana = new Member();
  ana.page = await openPage(browser, "about:blank");
  await ana.page.addInitScript(() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (line) {
      if (!line.startsWith("/echo")) send.call(this, line); // it is never answered
    };
  });
  await ana.page.goto(server.url);
  await ana.answers("ana");
  await ana.says("is anybody there?");
  await ana.page.getByText("The server is slow to answer").waitFor();
  assert.equal(await ana.page.locator("#pending").isVisible(), true);
  await ana.leaves();
  await server.stop();
});

test("a command that only the room is told of has had its answer: the page waits for no other", async () => {
  const server = await Server.start("chat", "--store", "none");
  const ana = new Member();
  ana.page = await openPage(browser, "about:blank");
  await ana.page.clock.install();
  await ana.page.goto(server.url);
  await ana.answers("ana");
  await ana.isIn();
  await ana.says("/join cave", "/topic bats", "/lock");
  await ana.reads("ana locked");
  await ana.says("/topic owls");
  await ana.page.waitForFunction(() => document.querySelector("#topic").textContent === "owls");
  await ana.page.clock.runFor(10_000);
  assert.equal(await ana.page.locator("#status").isVisible(), false);
  await ana.leaves();
  await server.stop();
});

test("who leaves over a line on which nothing comes back is out after a moment", async () => {
  const server = await Server.start("chat", "--store", "none");
  const line = await Cut.before(server);
  const ana = await Member.enters(browser, line.url, "ana");
  line.stall();
  await ana.says("/quit");
  await ana.page.waitForSelector("#again");
  await ana.leaves();
  line.stop();
  await server.stop();
});

test("lines of which nobody knows after a restart can be said again, and what was read before stays", async () => {
  const server = await Server.start("chat", "--store", "none", "--rate", "off");
  const line = await Cut.before(server);
  const ana = await Member.enters(browser, line.url, "ana");
  await ana.says("before");
  await ana.reads("before");
  line.hold();
  await ana.says("perhaps");
  await server.kill();
  await server.start();
  line.cut();
  line.mend();
  await ana.page.getByText("Not known to have been said: perhaps").waitFor();
  await ana.reads("before");
  await ana.reads("The server began anew");
  await ana.page.getByRole("button", { name: "Say it again" }).click();
  await ana.hasRead(/perhaps/u, ["perhaps"]);
  await ana.leaves();
  line.stop();
  await server.stop();
});

test("who was kicked out of a room sees where the lines go, and comes back after a lost connection", async () => {
  const server = await Server.start("chat", "--store", "none", "--rate", "off");
  const line = await Cut.before(server);
  const oskar = await Peer.enters(server, "oskar");
  oskar.says("/join cave");
  await oskar.hears("You founded the room cave");
  const ana = await Member.enters(browser, line.url, "ana");
  await ana.says("/join cave");
  await ana.page.waitForFunction(() => document.querySelector("#title").textContent === "cave");
  oskar.says("/kick ana");
  await ana.reads("You were kicked out of cave");
  await ana.page.waitForFunction(() => document.querySelector("#title").textContent === "lobby");
  await ana.page.waitForFunction(() => document.querySelectorAll("#rooms .room").length === 1);
  line.cut();
  await isOffline(ana);
  line.mend();
  await ana.page.click("#retry");
  await ana.page.locator("#status").waitFor({ state: "hidden" });
  await ana.says("here again");
  await ana.hasRead(/again/u, ["here again"]);
  await ana.leaves();
  oskar.leaves();
  line.stop();
  await server.stop();
});

test("who comes in by the same token elsewhere ends the first page, which says so and does not come back by itself", async () => {
  const server = await Server.start("chat", "--store", "none");
  const ana = await Member.enters(browser, server.url, "ana");
  const given = await ana.page.waitForFunction(() => Object.entries(sessionStorage).find(([key]) => key.endsWith("token"))?.[1]);
  const token = await given.jsonValue();
  const other = new Peer(server.port);
  other.says(`/resume ${token}`);
  await other.hears("Welcome back ana!");
  await ana.page.getByRole("button", { name: "Come in again" }).waitFor();
  await ana.page.getByRole("alert").filter({ hasText: "another connection" }).waitFor();
  await ana.leaves();
  other.leaves();
  await server.stop();
});

test("a page stays where it is while the server is upgraded under it", async () => {
  const server = await Server.start("chat", "--store", "STORE", "--rate", "off");
  const ana = await Member.enters(browser, server.url, "ana");
  const oskar = await Peer.enters(server, "oskar");
  await oskar.hears("Connected users: ana");
  let offline = 0;
  await ana.page.exposeFunction("isOffline", () => (offline += 1));
  await ana.page.evaluate(() => {
    const look = () => document.body.innerText.includes("Offline.") && globalThis.isOffline();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await ana.page.fill("#line", "half typed");
  await server.upgrade();
  await oskar.hears("The server was upgraded.");
  await ana.reads("The server was upgraded.");
  await ana.page.press("#line", "Enter");
  await oskar.hears("ana: half typed");
  oskar.says("kaixo");
  await ana.reads("kaixo");
  assert.equal(offline, 0);
  await ana.leaves();
  oskar.leaves();
});
