// Alarm: calls back once, after so many milliseconds, unless it is armed anew or disarmed before.

export class Alarm {
  #ring;
  #handle = null;

  constructor(ring) {
    this.#ring = ring;
  }

  arm(milliseconds) {
    this.disarm();
    this.#handle = setTimeout(() => {
      this.#handle = null;
      this.#ring();
    }, milliseconds);
  }

  disarm() {
    clearTimeout(this.#handle);
    this.#handle = null;
  }

  get isArmed() {
    return this.#handle !== null;
  }
}
