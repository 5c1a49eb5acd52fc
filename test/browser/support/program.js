// A real client program in a pipe (nc, telnet, ncat, curl): what is typed into it, and what it shows.

import { spawn } from "node:child_process";

const PATIENCE_MS = 10_000;

export class Program {
  command;
  shown = ""; // what a terminal would have: what was typed, and what came, in their order
  #read = "";
  #process;
  #waiting = [];

  constructor(...words) {
    this.command = words.join(" ");
    this.#process = spawn(words[0], words.slice(1), { stdio: ["pipe", "pipe", "ignore"] });
    this.#process.stdout.setEncoding("utf8");
    this.#process.stdin.on("error", () => {}); // it has ended
    this.#process.stdout.on("data", (text) => {
      this.#read += text;
      this.shown += text.replaceAll("\r", "");
      this.#waiting = this.#waiting.filter((look) => !look());
    });
  }

  types(line) {
    this.shown += `${line}\n`;
    this.#process.stdin.write(`${line}\n`);
  }

  shows(text) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.command}: waits for ${JSON.stringify(text)}, and has read ${JSON.stringify(this.#read)}`)), PATIENCE_MS);
      const look = () => {
        if (!this.#read.includes(text)) return false;
        clearTimeout(timer);
        resolve();
        return true;
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  // How often a line was read.
  count(line) {
    return this.#read.split(/\r?\n/u).filter((each) => each === line).length;
  }

  ends() {
    this.#process.kill("SIGKILL");
  }
}
