// Silence: watches how long nothing comes from the server while something sent waits for its answer: slow after a while, which is said,
// and dead after a long while, when another connection is better than this one.

import { Alarm } from "./alarm.js";

const SLOW_MS = 3_000;
const DEAD_MS = 40_000;

export class Silence {
  isSlow = false;
  #alarm = new Alarm(() => this.#look());
  #lastHeard = 0;
  #events; // {isWaiting() → whether an answer is due, onChanged(), onDead()}

  constructor(events) {
    this.#events = events;
  }

  onSent() {
    if (this.#alarm.isArmed) return;
    this.#lastHeard = Date.now();
    this.#alarm.arm(SLOW_MS);
  }

  onHeard() {
    this.#lastHeard = Date.now();
    this.#setSlow(false);
  }

  end() {
    this.#alarm.disarm();
    this.isSlow = false;
  }

  #look() {
    const silence = Date.now() - this.#lastHeard;
    if (!this.#events.isWaiting()) return this.#setSlow(false);
    if (silence > DEAD_MS) return this.#events.onDead();
    this.#setSlow(silence >= SLOW_MS);
    this.#alarm.arm(SLOW_MS);
  }

  #setSlow(isSlow) {
    if (isSlow === this.isSlow) return;
    this.isSlow = isSlow;
    this.#events.onChanged();
  }
}
