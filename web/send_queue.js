// SendQueue: the lines that were typed and are not known to have arrived, in order, bounded; the twin of tools/client/chat/send_queue.
//
// The server repeats one's own lines (/echo on), so what was said is known by the line that comes back. What did not come back when
// the connection broke is sent again after coming back, once what was missed has been read: no line is lost, and none said twice.
// Of a command nobody knows whether it arrived: it is told, not repeated.

import { asksBack } from "./commands.js";
import { byteLength, saidOf } from "./text.js";

const QUEUED_LINES_MAX = 200; // one more is not taken, and the field keeps it
const QUEUED_BYTES_MAX = 64 * 1024;
const ABOUT_SAYING = ["muted", "slowmode", "locked", "too-long", "internal"];

export class SendQueue {
  #items = []; // {line, said, bytes, state: "waiting" | "sent" | "doubtful"}
  #bytes = 0;

  // False if it is full: then the line was not taken.
  add(line) {
    const bytes = byteLength(line);
    if (this.#items.length >= QUEUED_LINES_MAX || this.#bytes + bytes > QUEUED_BYTES_MAX) return false;
    this.#bytes += bytes;
    this.#items.push({ line, said: saidOf(line), bytes, state: "waiting" });
    return true;
  }

  // The next line to be sent, which is sent from now on; or null.
  takeNext() {
    const next = this.#items.find((item) => item.state !== "sent");
    if (!next) return null;
    next.state = "sent";
    return next.line;
  }

  // One's own line came back.
  onSaid(text) {
    let possible = this.#items.findIndex((item) => item.state === "waiting");
    if (possible < 0) possible = this.#items.length;
    const sent = this.#items.slice(0, possible);
    let at = sent.findIndex((item) => item.said === text);
    // The server changed the text on its way: it is the first that could be meant.
    if (at < 0) at = sent.findIndex((item) => item.said !== "");
    if (at >= 0) this.#drop(0, at + 1);
  }

  // The server answered something else than a line of a room.
  onAnswer() {
    const [first] = this.#items;
    if (first && first.state === "sent" && first.said === "") this.#drop(0, 1);
  }

  // It refused with that code. Returns the line that it was about, if that was to be said.
  onRefusal(code, lineBytesMax) {
    if (!ABOUT_SAYING.includes(code)) {
      this.onAnswer();
      return null;
    }
    for (const [at, item] of this.#items.entries()) {
      if (item.state !== "sent") return null;
      const isMeant = code === "too-long" ? item.bytes > lineBytesMax : item.said !== "";
      if (isMeant) return this.#drop(at, 1)[0].line;
    }
    return null;
  }

  // The connection broke: what was sent is to be sent again, but for commands, which are returned.
  onLost() {
    const isUnknown = (item) => item.state === "sent" && item.said === "";
    const commands = this.#items.filter(isUnknown);
    this.#items = this.#items.filter((item) => !isUnknown(item));
    for (const item of this.#items) if (item.state === "sent") item.state = "doubtful";
    this.#bytes = this.#items.reduce((sum, item) => sum + item.bytes, 0);
    return commands.map((item) => item.line);
  }

  // A command waits to be sent of which the server may make a question.
  asksBack() {
    return this.#items.some((item) => item.state !== "sent" && asksBack(item.line));
  }

  // The answer to a command is to come.
  awaitsAnswer() {
    return this.#items.some((item) => item.state === "sent" && item.said === "");
  }

  hasDoubtful() {
    return this.#items[0]?.state === "doubtful";
  }

  // The doubtful ones, which are not sent again then.
  takeDoubtful() {
    let count = 0;
    while (this.#items[count]?.state === "doubtful") count += 1;
    return this.#drop(0, count).map((item) => item.line);
  }

  // What is to be shown as under way: the lines that others will read.
  lines() {
    return this.#items.map((item) => ({ line: item.line, isSent: item.state === "sent", isCommand: item.said === "" }));
  }

  get size() {
    return this.#items.length;
  }

  #drop(at, count) {
    const dropped = this.#items.splice(at, count);
    for (const item of dropped) this.#bytes -= item.bytes;
    return dropped;
  }
}
