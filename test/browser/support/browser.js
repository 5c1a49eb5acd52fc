// Debian's Chromium, driven by playwright-core; both and axe-core are installed outside the tree's own files (tools/check does it).

import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const modules = process.env.GROTTO_BROWSER_MODULES ?? fileURLToPath(new URL("../../../build/browser/", import.meta.url));
const require = createRequire(`${modules}/package.json`);
const { chromium } = require("playwright-core");
const AXE = require.resolve("axe-core/axe.min.js");

const CHROMIUM = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const PATIENCE_MS = 10_000;
export const PHONE = { width: 360, height: 640 };

export async function startBrowser() {
  const isRoot = process.getuid?.() === 0; // Chromium's sandbox refuses to run for root
  return chromium.launch({ executablePath: CHROMIUM, args: isRoot ? ["--no-sandbox"] : [] });
}

// A page in a browser of its own (cookies, storage). Faults of the script and of the security policy are kept in page.faults.
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.faults = [];
  page.asked = [];
  page.on("pageerror", (fault) => page.faults.push(String(fault)));
  page.on("console", (message) => {
    const isOfNetwork = /net::ERR|WebSocket connection|Failed to load resource/u.test(message.text()); // a server that is away
    if (message.type() === "error" && !isOfNetwork) page.faults.push(message.text());
  });
  page.on("dialog", (dialog) => {
    page.faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => page.asked.push(request.url()));
  await page.goto(url);
  return page;
}

// What axe-core finds against WCAG 2.1 A and AA: a sentence each.
export async function accessibilityFaults(page) {
  // The page's policy lets no other script in; the debugger's own evaluation is not under it.
  const { readFileSync } = await import("node:fs");
  await page.evaluate(`${readFileSync(AXE, "utf8")}; undefined`);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  return found.violations.map((each) => `${each.id}: ${each.help}: ${each.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
}
