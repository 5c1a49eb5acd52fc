// Somebody at a plain socket, as nc is one.

import net from "node:net";

const PATIENCE_MS = 10_000;

export class Peer {
  #socket;
  #text = "";
  #waiting = [];

  // Comes in to the chat with that name.
  static async enters(server, name) {
    const peer = new Peer(server.port);
    peer.says(name);
    await peer.hears(`Welcome ${name}!`);
    return peer;
  }

  constructor(port) {
    this.#socket = net.connect(port, "127.0.0.1");
    this.#socket.setEncoding("utf8");
    this.#socket.on("error", () => {}); // a server that is killed resets its connections
    this.#socket.on("data", (text) => {
      this.#text += text;
      this.#waiting = this.#waiting.filter((look) => !look());
    });
  }

  says(...lines) {
    this.#socket.write(lines.map((line) => `${line}\n`).join(""));
  }

  // Resolves when `text` has been read; what stands before it counts as read from then on.
  hears(text) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waits for ${JSON.stringify(text)}, and has read ${JSON.stringify(this.#text)}`)), PATIENCE_MS);
      const look = () => {
        const at = this.#text.indexOf(text);
        if (at < 0) return false;
        const before = this.#text.slice(0, at + text.length);
        this.#text = this.#text.slice(at + text.length);
        clearTimeout(timer);
        resolve(before);
        return true;
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  leaves() {
    this.#socket.destroy();
  }
}
