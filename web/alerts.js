// Alerts: what tells somebody who looks elsewhere that something was said: the title's count, and, if they are turned on, a sound and
// a notification. Only while the page is hidden, and for a mention or a private line, but for the count.

const SOUND_SECONDS = 0.12;
const SOUND_HERTZ = 740;

export class Alerts {
  #memory;
  #title = "Grotto";
  #count = 0;
  #sound = null;

  constructor(memory) {
    this.#memory = memory;
    document.addEventListener("visibilitychange", () => this.#onSeen());
    addEventListener("focus", () => this.#onSeen());
  }

  setTitle(title) {
    this.#title = title;
    this.#draw();
  }

  onSaid(isForMe, from, text) {
    if (!document.hidden && document.hasFocus()) return;
    this.#count += 1;
    this.#draw();
    if (!isForMe) return;
    if (this.#memory.setting("sound")) this.#ring();
    if (this.#memory.setting("notify")) this.#notify(from, text);
  }

  // A browser lets a page sound only after its person has done something: the switch itself is such a thing.
  enableSound() {
    this.#ring();
  }

  // Whether the browser (and the person, when asked) allows notifications.
  static async mayNotify() {
    if (!("Notification" in globalThis) || !isSecureContext) return false;
    return (await Notification.requestPermission()) === "granted";
  }

  #onSeen() {
    if (document.hidden) return;
    this.#count = 0;
    this.#draw();
  }

  #draw() {
    document.title = this.#count > 0 ? `(${this.#count}) ${this.#title}` : this.#title;
  }

  #ring() {
    try {
      this.#sound ??= new AudioContext();
      const tone = this.#sound.createOscillator();
      const volume = this.#sound.createGain();
      const now = this.#sound.currentTime;
      tone.frequency.value = SOUND_HERTZ;
      volume.gain.setValueAtTime(0.08, now);
      volume.gain.exponentialRampToValueAtTime(0.0001, now + SOUND_SECONDS);
      tone.connect(volume).connect(this.#sound.destination);
      tone.start(now);
      tone.stop(now + SOUND_SECONDS);
    } catch {
      // No sound here: the title tells.
    }
  }

  #notify(from, text) {
    try {
      const shown = new Notification(from, { body: text.slice(0, 200), tag: "grotto" });
      shown.addEventListener("click", () => globalThis.focus());
    } catch {
      // Some phones have the name and not the thing.
    }
  }
}
