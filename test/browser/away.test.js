// A page that is not looked at, is too slow, or came by TLS.

import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./support/browser.js";
import { Member } from "./support/member.js";
import { Peer } from "./support/peer.js";
import { Server } from "./support/server.js";

const BLOCKED_MS = 3_000;
const FLOOD_LINES = 6_000;

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

test("by https the page is the same, and meets a plain socket on the same port", async () => {
  const server = await Server.start("chat", "--store", "none", "--self-signed");
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, server.url.replace("http:", "https:"), "ana", { ignoreHTTPSErrors: true });
  await oskar.hears("ana has joined the chat!");
  await ana.says("kaixo by TLS");
  await oskar.hears("ana: kaixo by TLS");
  oskar.says("kaixo in the clear");
  await ana.reads("kaixo in the clear");
  assert.equal(await ana.page.evaluate(() => isSecureContext), true);
  assert.ok(ana.page.asked.every((url) => url.startsWith("https:") || url.startsWith("wss:")), String(ana.page.asked));
  await ana.leaves();
  oskar.leaves();
});

test("a page that is blocked for too long skips lines, says how many, and goes on", async () => {
  const slow = ["--window-bytes-max", "8192", "--window-bytes-min", "8192", "--window-lines-max", "100", "--patience", "50ms", "--patience-newcomer", "50ms"];
  const server = await Server.start("chat", "--store", "none", "--rate", "off", ...slow);
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, server.url, "ana");
  await oskar.hears("ana has joined the chat!");
  const blocked = ana.page.evaluate((milliseconds) => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  }, BLOCKED_MS);
  const text = "x".repeat(2_000);
  oskar.says(...Array.from({ length: FLOOD_LINES }, (_, number) => `${number} ${text}`), "/who");
  await oskar.hears("ana");
  await blocked;
  const told = await ana.reads("skipped: your connection was too slow");
  assert.match(await told.textContent(), /^[\d,. ]+ lines of lobby skipped/u);
  oskar.says("still here?");
  await ana.reads("still here?");
  await ana.says("yes");
  await oskar.hears("ana: yes");
  await ana.leaves();
  oskar.leaves();
});

test("while nobody looks, the title counts, and a mention sounds and is notified if that is turned on", async () => {
  const server = await Server.start("chat", "--store", "none");
  const oskar = await Peer.enters(server, "oskar");
  const ana = new Member();
  ana.page = await openPage(browser, server.url, { permissions: ["notifications"] });
  await ana.page.evaluate(() => {
    globalThis.told = [];
    globalThis.Notification = class extends EventTarget {
      static requestPermission = async () => "granted";
      constructor(title, options) {
        super();
        globalThis.told.push(`${title}: ${options.body}`);
      }
    };
    globalThis.AudioContext = class {
      currentTime = 0;
      createOscillator() {
        globalThis.told.push("a tone");
        return { frequency: {}, connect: (next) => next, start() {}, stop() {} };
      }
      createGain() {
        return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next };
      }
    };
  });
  await ana.answers("ana");
  await ana.isIn();
  const title = await ana.page.title();
  const tells = () => ana.page.evaluate(() => globalThis.told.splice(0));
  const looks = (isHidden) =>
    ana.page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await looks(true);
  oskar.says("to nobody", "ana: to you");
  await ana.reads("to you");
  assert.equal(await ana.page.title(), `(2) ${title}`);
  assert.deepEqual(await tells(), []); // neither was asked for
  await looks(false);
  assert.equal(await ana.page.title(), title);
  await ana.page.click("summary");
  await ana.page.check("#sound");
  await ana.page.check("#notify");
  await tells();
  await looks(true);
  oskar.says("to nobody again", "ana: and to you");
  await ana.reads("and to you");
  assert.deepEqual((await tells()).sort(), ["a tone", "oskar: ana: and to you"]);
  await ana.leaves();
  oskar.leaves();
});
