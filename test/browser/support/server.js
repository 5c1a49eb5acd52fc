// A real grottod, started on a port of its own: $GROTTOD, or build/bin/grottod of this tree.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const GROTTOD = process.env.GROTTOD ?? join(ROOT, "build/bin/grottod");

const started = new Set(); // servers that are to be gone when the tests are

export class Server {
  port = 0;
  #arguments;
  #folder = mkdtempSync(join(tmpdir(), "grotto-browser-"));
  #process = null;
  #successor = 0; // the process that has taken over, which is no child of ours

  // Server.start("chat", "--store", "none")
  static async start(...words) {
    const server = new Server(words);
    await server.start();
    return server;
  }

  constructor(words) {
    this.#arguments = words;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  // A file of this server's own, gone with it.
  file(name) {
    return join(this.#folder, name);
  }

  #fileOf(word) {
    return { STORE: this.file("kept.db"), TOKEN: this.file("token") }[word] ?? word;
  }

  // On the port of before, if there was one.
  start() {
    const [service, ...options] = this.#arguments;
    const words = [service, ...options.map((word) => this.#fileOf(word)), "--listen", `127.0.0.1:${this.port}`];
    const running = spawn(GROTTOD, words, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, STATE_DIRECTORY: this.#folder }, // nothing is kept in the person's own folder
    });
    this.#process = running;
    started.add(this);
    let log = "";
    return new Promise((resolve, reject) => {
      const read = (bytes) => {
        log += bytes;
        const listening = /^listening \S+ 127\.0\.0\.1:(\d+)$/mu.exec(log);
        if (!listening) return;
        this.port = Number(listening[1]);
        resolve();
      };
      running.stdout.on("data", read);
      running.stderr.on("data", read);
      running.once("exit", (status) => reject(new Error(`grottod ended with ${status}: ${log}`)));
    });
  }

  // After a test that failed there may be some left.
  static async stopAll() {
    for (const server of started) {
      await server.kill();
      await server.stop();
    }
  }

  // A new process takes over, and the old one ends.
  async upgrade() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    const words = ["upgrade", "--listen", `127.0.0.1:${this.port}`];
    const told = execFileSync(GROTTOD, words, { env: { ...process.env, STATE_DIRECTORY: this.#folder }, encoding: "utf8" });
    this.#successor = Number(/^process \d+ goes on as process (\d+)$/mu.exec(told)[1]);
    await ended;
  }

  // As kill -9 does; resolves when it is gone.
  kill() {
    return this.#end("SIGKILL");
  }

  async stop() {
    started.delete(this);
    await this.#end("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #end(signal) {
    if (this.#successor > 0) {
      process.kill(this.#successor, signal);
      this.#successor = 0;
    }
    const ending = this.#process;
    if (ending.exitCode !== null || ending.signalCode !== null) return null;
    return new Promise((resolve) => {
      ending.once("exit", resolve);
      ending.kill(signal);
    });
  }
}
