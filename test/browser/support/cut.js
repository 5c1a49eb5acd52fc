// Cut: a line between a browser and the server that can be cut, held up, or put behind a folder, as proxies and networks do.

import net from "node:net";

export class Cut {
  #server;
  #target;
  #pairs = new Set(); // {near, far}
  #isCut = false;
  #isHeld = false; // nothing of the server comes through
  #isStalled = false; // nor now, but later
  #prefix;

  // With a prefix (`/deep/`) requests of that folder reach the server without it, and others do not.
  static async before(server, prefix = "") {
    const cut = new Cut(server, prefix);
    await new Promise((resolve) => cut.#server.listen(0, "127.0.0.1", resolve));
    return cut;
  }

  constructor(target, prefix) {
    this.#target = target;
    this.#prefix = prefix;
    this.#server = net.createServer((near) => this.#join(near));
    this.#server.unref(); // a test that failed does not stop it
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}${this.#prefix || "/"}`;
  }

  // All connections end, as far as the browser can see; new ones do too.
  cut() {
    this.#isCut = true;
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  mend() {
    this.#isCut = this.#isHeld = this.#isStalled = false;
    for (const { far } of this.#pairs) far.resume();
  }

  // What the browser sends still arrives; nothing comes back.
  hold() {
    this.#isHeld = true;
  }

  // What the server sends waits until mend(), and comes then, also to who connects meanwhile.
  stall() {
    this.#isStalled = true;
    for (const { far } of this.#pairs) far.pause();
  }

  stop() {
    this.cut();
    this.#server.close();
  }

  #join(near) {
    near.on("error", () => {});
    if (this.#isCut) return near.resetAndDestroy();
    const far = net.connect(this.#target.port, "127.0.0.1");
    const pair = { near, far };
    this.#pairs.add(pair);
    far.on("error", () => near.destroy());
    near.on("data", (bytes) => far.write(this.#unfolded(bytes)));
    far.on("data", (bytes) => this.#isHeld || near.write(bytes));
    const end = () => {
      near.destroy();
      far.destroy();
      this.#pairs.delete(pair);
    };
    near.on("close", end);
    far.on("close", end);
    if (this.#isStalled) far.pause();
  }

  #unfolded(bytes) {
    if (this.#prefix === "") return bytes;
    const text = bytes.toString("latin1");
    return Buffer.from(text.replace(/^GET (\S+)/u, (_, path) => `GET ${path.startsWith(this.#prefix) ? `/${path.slice(this.#prefix.length)}` : "/outside"}`), "latin1");
  }
}
