// A picture of a run: the page beside terminals with what each program showed.

const SCALE = 0.62; // of the page's own picture
const SHOWN_LINES_MAX = 14;
const PORT = "5001"; // what a reader would type

// `terminals`: programs (program.js).
export async function drawPicture(browser, file, screenshot, terminals, port) {
  const context = await browser.newContext({ viewport: { width: 1180, height: 760 }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  const texts = terminals.map(({ command, shown }) => {
    const words = command.replaceAll(port, PORT).replace(/Bearer \S+/u, 'Bearer $TOKEN"').replace("-H Auth", '-H "Auth').replace("-d the build is green", "-d 'the build is green'").replace("nc.openbsd", "nc");
    return `$ ${words}\n${shown.replaceAll(port, PORT).trimEnd().split("\n").slice(0, SHOWN_LINES_MAX).join("\n")}`;
  });
  await page.evaluate(draw, { texts, source: `data:image/png;base64,${screenshot.toString("base64")}`, scale: SCALE });
  await page.waitForFunction(() => document.querySelector("img").complete);
  await page.locator("#frame").screenshot({ path: file });
  await context.close();
}

// Runs in the browser.
function draw({ texts, source, scale }) {
  const frame = document.createElement("div");
  frame.id = "frame";
  document.body.style.margin = "0";
  frame.style.cssText = "padding:16px;display:flex;gap:16px;align-items:flex-start;background:#dfe7e7;width:1148px";
  const picture = new Image();
  picture.src = source;
  picture.style.cssText = `width:${1000 * scale}px;border-radius:8px;box-shadow:0 2px 12px #0004`;
  const side = document.createElement("div");
  side.style.cssText = "display:grid;gap:10px;flex:1;min-width:0";
  const right = document.createElement("div");
  right.style.cssText = `display:grid;gap:16px;width:${1000 * scale}px`;
  right.append(picture);
  for (const [at, text] of texts.entries()) {
    const terminal = document.createElement("pre");
    terminal.textContent = text;
    terminal.style.cssText = "margin:0;padding:8px 10px;border-radius:8px;background:#14191b;color:#e6ecec;font:11px/1.4 'DejaVu Sans Mono',monospace;white-space:pre-wrap;overflow-wrap:anywhere";
    (at === texts.length - 1 ? right : side).append(terminal); // below the page, where there is room
  }
  frame.append(side, right);
  document.body.append(frame);
}
