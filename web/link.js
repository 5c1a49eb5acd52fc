// Link: a WebSocket that comes back by itself: after half a second, then twice as long up to half a minute, a quarter more or less by
// chance, so that all who lost a server do not come back in one moment. At once when the browser says that it is online again.

const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 30_000;

export class Link {
  #address;
  #events; // {onUp(), onMessage(text or ArrayBuffer), onDown(), onPause(milliseconds)}
  #socket = null;
  #timer = null;
  #pause = FIRST_PAUSE_MS;
  #isOver = false;

  constructor(address, events) {
    this.#address = address;
    this.#events = events;
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retryNow();
    });
  }

  connect() {
    this.#isOver = false;
    const socket = new WebSocket(this.#address);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    // Events of a socket that was dropped come late and concern nobody.
    const listen = (kind, act) => socket.addEventListener(kind, (event) => this.#socket === socket && act(event));
    listen("open", () => this.#events.onUp());
    listen("message", (event) => this.#events.onMessage(event.data));
    listen("close", () => this.#onClosed());
  }

  get isUp() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(data) {
    if (this.isUp) this.#socket.send(data);
  }

  // The other side answers as it should: the next pause is a short one.
  isWell() {
    this.#pause = FIRST_PAUSE_MS;
  }

  // The connection is given up as if it had broken.
  drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#onClosed();
  }

  // No more tries, until connect().
  end() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#timer = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  retryNow() {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.connect();
  }

  #onClosed() {
    this.#socket = null;
    this.#events.onDown();
    if (this.#isOver) return;
    const pause = Math.min(this.#pause * (0.75 + Math.random() / 2), LAST_PAUSE_MS);
    this.#pause = Math.min(2 * this.#pause, LAST_PAUSE_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.connect();
    }, pause);
    this.#events.onPause(pause);
  }
}
