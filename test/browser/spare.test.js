// Chrome opens connections that it may need, and says nothing on them: they are greeted like a person who is slow to type.

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startBrowser } from "./support/browser.js";
import { Member } from "./support/member.js";
import { Peer } from "./support/peer.js";
import { Server } from "./support/server.js";

const GREETED_MS = 400; // the server greets after 150 ms of silence
const AT_ONCE = 6; // as many connections as Chrome has to one host

// Connections that the server has now, as the kernel's table tells.
function connections(server) {
  const port = server.port.toString(16).toUpperCase().padStart(4, "0");
  const rows = readFileSync("/proc/net/tcp", "utf8").split("\n");
  return rows.filter((row) => new RegExp(`^ *\\d+: 0100007F:${port} [0-9A-F:]+ 01 `, "u").test(row)).length;
}

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

test("spare connections that were greeted in the meantime break nothing", async () => {
  const server = await Server.start("chat", "--store", "none");
  const oskar = await Peer.enters(server, "oskar");
  const ana = await Member.enters(browser, server.url, "ana");
  let spare = 0;
  for (let turn = 0; turn < 3; turn += 1) {
    await ana.page.evaluate(async (milliseconds) => {
      for (const as of ["", "anonymous"]) {
        const link = document.createElement("link");
        link.rel = "preconnect";
        link.href = `${location.origin}/?${Math.random()}`;
        if (as) link.crossOrigin = as;
        document.head.append(link);
      }
      await new Promise((resolve) => setTimeout(resolve, milliseconds)); // that they lie idle is what is tested
    }, GREETED_MS);
    spare = Math.max(spare, connections(server) - 2); // than those of the two who talk
    const answers = await ana.page.evaluate(
      (count) => Promise.all(Array.from({ length: count }, async () => (await fetch("rooms", { cache: "no-store" })).status)),
      AT_ONCE,
    );
    assert.deepEqual(answers, Array(AT_ONCE).fill(200));
  }
  assert.ok(spare > 0, "there was no spare connection");
  await ana.page.reload();
  await ana.isIn();
  await ana.says("still here");
  await oskar.hears("ana: still here");
  await ana.leaves();
  oskar.leaves();
});
