// EchoScreen: a small tool for the service that sends everything back: what went, what came, the bytes of it, and how long it took.

import { byId, element } from "./elements.js";
import { Link } from "./link.js";

const ROWS_MAX = 200;
const BYTES_SHOWN_MAX = 64;
const TIMES_MAX = 1_000;
const SERIES = 20; // messages of the button "Send 20"

export class EchoScreen {
  #link;
  #sent = []; // {begun, text, isBinary}: in order, as the answers come
  #times = []; // the last TIMES_MAX
  #series = 0; // how many of a series are still to be sent

  constructor(address) {
    this.#link = new Link(address, {
      onUp: () => this.#drawStatus("Connected."),
      onMessage: (data) => this.#onMessage(data),
      onDown: () => this.#onDown(),
      onPause: () => this.#drawStatus("Offline; it is tried again by itself."),
    });
  }

  start() {
    byId("echo").hidden = false;
    byId("echo-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(byId("echo-text").value, byId("echo-binary").checked);
    });
    byId("echo-series").addEventListener("click", () => {
      this.#series = SERIES;
      this.#sendNextOfSeries();
    });
    this.#drawStatus("Connecting…");
    this.#link.connect();
  }

  #send(text, isBinary) {
    if (!this.#link.isUp) return;
    const data = isBinary ? new TextEncoder().encode(text) : text;
    this.#sent.push({ begun: performance.now(), text, isBinary });
    this.#link.send(data);
  }

  #sendNextOfSeries() {
    if (this.#series === 0) return;
    this.#series -= 1;
    this.#send(byId("echo-text").value || "ping", byId("echo-binary").checked);
  }

  #onMessage(data) {
    const sent = this.#sent.shift();
    if (!sent) return;
    const milliseconds = performance.now() - sent.begun;
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
    const isSame = new TextDecoder().decode(bytes) === sent.text && (typeof data !== "string") === sent.isBinary;
    this.#link.isWell();
    this.#times = [...this.#times, milliseconds].slice(-TIMES_MAX);
    this.#addRow(sent, bytes, milliseconds, isSame);
    this.#drawTimes();
    this.#sendNextOfSeries();
  }

  #onDown() {
    this.#sent = [];
    this.#series = 0;
  }

  #addRow(sent, bytes, milliseconds, isSame) {
    const shown = [...bytes.slice(0, BYTES_SHOWN_MAX)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const row = element(
      "tr",
      {},
      element("td", { dir: "auto" }, sent.text.slice(0, BYTES_SHOWN_MAX)),
      element("td", {}, sent.isBinary ? "binary" : "text"),
      element("td", { className: "number" }, String(bytes.length)),
      element("td", { className: "bytes" }, bytes.length > BYTES_SHOWN_MAX ? `${shown} …` : shown),
      element("td", { className: "number" }, milliseconds.toFixed(2)),
      element("td", {}, isSame ? "the same" : "differs"),
    );
    const rows = byId("echo-rows");
    rows.prepend(row);
    if (rows.childElementCount > ROWS_MAX) rows.lastElementChild.remove();
  }

  #drawTimes() {
    const sorted = [...this.#times].sort((one, other) => one - other);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(2);
    byId("echo-times").textContent = `${sorted.length} came back. Round trip: shortest ${at(0)} ms, median ${at(0.5)} ms, longest ${at(1)} ms.`;
  }

  #drawStatus(text) {
    byId("echo-status").textContent = text;
  }
}
