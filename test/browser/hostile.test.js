// Texts of people who mean no good: they are read as texts, whatever they hold.

import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { startBrowser } from "./support/browser.js";
import { Member } from "./support/member.js";
import { Peer } from "./support/peer.js";
import { Server } from "./support/server.js";

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

test("markup is read as it was typed, and makes no element", async () => {
  const mallory = await Peer.enters(server, "m<b>x</b>");
  const ana = await Member.enters(browser, server.url, "ana");
  const texts = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} <!-- --> &lt;b&gt; &#x3c;",
    "<style>*{display:none}</style><b>bold</b>",
  ];
  mallory.says(...texts, "/topic x", "/me <b>waves</b>");
  await ana.reads("waves");
  assert.deepEqual((await ana.said()).slice(0, texts.length), texts);
  const made = await ana.page.$$eval(".messages *", (all) => [...new Set(all.map((each) => each.localName))].sort());
  assert.deepEqual(made, ["bdi", "li", "ol", "p", "span", "time"]);
  await ana.leaves();
  mallory.leaves();
});

test("only http and https become links, which tell the other side nothing", async () => {
  const mallory = await Peer.enters(server, "mallory");
  const ana = await Member.enters(browser, server.url, "ana1");
  mallory.says("javascript:alert(1) data:text/html,x file:///etc/passwd JaVaScRiPt://x%0aalert(1) http:// https://", "see (https://example.org/a_(b)?q=1&r=2), http://example.net.", "end");
  await ana.reads("end");
  const links = await ana.page.$$eval(".messages a", (all) => all.map((each) => [each.href, each.rel, each.target]));
  const rel = "noopener noreferrer nofollow";
  assert.deepEqual(links, [["https://example.org/a_(b)?q=1&r=2", rel, "_blank"], ["http://example.net/", rel, "_blank"]]);
  await ana.leaves();
  mallory.leaves();
});

test("controls, escape sequences and overrides of direction change nothing around them", async () => {
  const mallory = await Peer.enters(server, "mallory2");
  const ana = await Member.enters(browser, server.url, "ana2");
  mallory.says("a\x1b[31mred\x1b[0m \x07bell", "evil \u202Etxt.exe\u202C \u2066x", "مرحبا", "end");
  await ana.reads("end");
  for (const text of await ana.said()) assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/u);
  // A line that is written from right to left has its own direction; the list around it keeps its own.
  const arabic = await ana.reads("مرحبا");
  assert.equal(await arabic.locator(".text").evaluate((each) => getComputedStyle(each).direction), "rtl");
  assert.equal(await ana.page.evaluate(() => getComputedStyle(document.querySelector(".messages")).direction), "ltr");
  await ana.leaves();
  mallory.leaves();
});

test("100 KB without a space, and 2,000 lines at once, leave the page usable", async () => {
  const mallory = await Peer.enters(server, "mallory3");
  const ana = await Member.enters(browser, server.url, "ana3");
  mallory.says("y".repeat(100_000), ...Array.from({ length: 25 }, () => "x".repeat(4_000)));
  mallory.says(...Array.from({ length: 2_000 }, (_, number) => `flood ${number}`), "end");
  await ana.reads("end");
  const wide = await ana.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide[0] <= wide[1], `nothing stands out at the side: ${wide}`);
  assert.ok((await ana.page.locator(".line").count()) <= 1_000, "the list is bounded");
  await ana.says("still here");
  await mallory.hears("ana3: still here");
  await ana.leaves();
  mallory.leaves();
});

test("marks piled on a letter stay within their line", async () => {
  const mallory = await Peer.enters(server, "mallory4");
  const ana = await Member.enters(browser, server.url, "ana4");
  mallory.says("before", `z${"\u0301".repeat(200)}`, "after");
  await ana.reads("after");
  const boxes = await ana.page.$$eval(".said", (all) => all.slice(-3).map((each) => each.getBoundingClientRect().toJSON()));
  assert.ok(boxes[1].top >= boxes[0].bottom && boxes[2].top >= boxes[1].bottom);
  assert.equal(await ana.page.locator(".said .text").nth(1).evaluate((each) => getComputedStyle(each).overflow), "clip");
  await ana.leaves();
  mallory.leaves();
});
