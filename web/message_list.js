// MessageList: the lines of one room, as a list that follows the newest and stays where it is when somebody reads back. It shows a line
// once, wherever it came from (now, history, after coming back), and keeps a bounded number of them; older ones come by scrolling up.

import { element } from "./elements.js";

const SHOWN_LINES_MAX = 1_000; // while it follows the newest: the oldest go
const READ_BACK_LINES_MAX = 5_000; // while somebody reads back, nothing is taken away below this
const AT_END_PX = 48; // as near to the end counts as at the end
const AT_TOP_PX = 120; // as near to the top asks for earlier lines
const SAME_BREATH_MS = 180_000; // lines of one person within this stand together

export class MessageList {
  box; // the element that scrolls
  #list = element("ol", {});
  #earlier = element("p", { className: "earlier" });
  #shown = new Map(); // "at id" → element
  #isFollowing = true;
  #lastTop = 0; // where it was when it moved last
  #newCount = 0;
  #isDrawing = false;
  #hasAll = false;
  #isAsking = false;
  #events; // {onEarlier(beforeId or null) → whether it was asked, onNewer(count)}

  constructor(room, events) {
    this.#events = events;
    this.box = element("div", { className: "messages", role: "log", "aria-live": "polite", "aria-label": `Messages of ${room}`, tabIndex: 0, hidden: true }, this.#earlier, this.#list);
    this.box.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    new ResizeObserver(() => this.#isFollowing && this.#goToEnd()).observe(this.box);
  }

  // Adds the line of `message` as `made`, at its place. False if it is there already.
  add(message, made, age) {
    if (message.id !== undefined) {
      const key = `${message.at} ${message.id}`;
      if (this.#shown.has(key)) return false;
      this.#shown.set(key, made);
      made.dataset.key = key;
      made.dataset.id = message.id;
    }
    made.dataset.at = message.at ?? "";
    made.dataset.from = message.type === "say" ? message.from : "";
    if (age === "earlier") this.#insert(made);
    else this.#append(made);
    return true;
  }

  // Something that the page itself tells, at the end.
  append(made) {
    this.#append(made);
  }

  // Takes over all that another list has, at the end.
  adopt(other) {
    for (const each of [...other.#list.children]) this.#append(each);
  }

  show() {
    this.box.hidden = false;
    this.#newCount = 0;
    if (this.#isFollowing) this.#goToEnd();
    this.#tellNewer();
  }

  hide() {
    this.box.hidden = true;
  }

  get isEmpty() {
    return this.#shown.size === 0;
  }

  goToEnd() {
    this.#isFollowing = true;
    this.#goToEnd();
    this.#tellNewer();
  }

  // The answer to onEarlier() is there.
  onEarlierRead(hasMore) {
    this.#isAsking = false;
    this.#hasAll = !hasMore;
    this.box.removeAttribute("aria-busy");
    this.box.setAttribute("aria-live", "polite");
    this.#earlier.textContent = this.#hasAll && !this.isEmpty ? "This is where what is kept begins." : "";
    if (hasMore && !this.box.hidden) requestAnimationFrame(() => this.askIfAtTop());
  }

  // Also where there is nothing to scroll yet.
  askIfAtTop() {
    const isShort = this.box.scrollHeight <= this.box.clientHeight + AT_TOP_PX;
    if (isShort || (this.box.scrollTop < AT_TOP_PX && !this.#isFollowing)) this.#askEarlier();
  }

  #askEarlier() {
    if (this.#isAsking || this.#hasAll || this.box.hidden) return;
    const oldest = this.#list.querySelector("[data-id]");
    if (oldest?.dataset.id === "0") return this.onEarlierRead(false);
    if (!this.#events.onEarlier(oldest ? Number(oldest.dataset.id) : null)) return;
    this.#isAsking = true;
    this.#earlier.textContent = "Earlier lines are on their way…";
    // What comes now was said before: it is there to be read, not to be announced.
    this.box.setAttribute("aria-busy", "true");
    this.box.setAttribute("aria-live", "off");
  }

  #append(made) {
    this.#group(this.#list.lastElementChild, made);
    this.#list.append(made);
    if (this.#isFollowing) {
      this.#trim(SHOWN_LINES_MAX);
      this.#followSoon();
    } else {
      this.#trim(READ_BACK_LINES_MAX);
      if (made.classList.contains("said")) this.#newCount += 1;
      this.#tellNewer();
    }
  }

  // By its moment; the eye stays on the line that it reads.
  #insert(made) {
    const heightBefore = this.box.scrollHeight;
    let next = this.#list.firstElementChild;
    while (next && (next.dataset.at === "" || isBefore(next, made))) next = next.nextElementSibling;
    this.#list.insertBefore(made, next);
    this.#group(made.previousElementSibling, made);
    if (next) this.#group(made, next);
    if (this.#isFollowing) this.#followSoon();
    else this.box.scrollTop += this.box.scrollHeight - heightBefore;
  }

  // Lines of one person in one breath stand under one name.
  #group(before, after) {
    const isSame = before !== null && after.dataset.from !== "" && before.dataset.from === after.dataset.from;
    const isSoon = isSame && Date.parse(after.dataset.at) - Date.parse(before.dataset.at) < SAME_BREATH_MS;
    after.classList.toggle("goes-on", isSoon);
  }

  #trim(linesMax) {
    while (this.#list.childElementCount > linesMax) {
      const oldest = this.#list.firstElementChild;
      if (oldest.dataset.key) this.#shown.delete(oldest.dataset.key);
      oldest.remove();
      this.#hasAll = false;
      this.#earlier.textContent = "";
    }
  }

  #onScroll() {
    if (this.box.hidden) return;
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    // Lines that have come since the list was moved are no reason to stay behind: only scrolling up is.
    if (isAtEnd) this.#isFollowing = true;
    else if (scrollTop < this.#lastTop) this.#isFollowing = false;
    this.#lastTop = scrollTop;
    if (this.#isFollowing) this.#newCount = 0;
    this.#tellNewer();
    this.askIfAtTop();
  }

  // Many lines of one moment move the list once.
  #followSoon() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      if (this.#isFollowing) this.#goToEnd();
    });
  }

  #goToEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    this.#lastTop = this.box.scrollTop;
    this.#newCount = 0;
  }

  #tellNewer() {
    if (!this.box.hidden) this.#events.onNewer(this.#isFollowing ? null : this.#newCount);
  }
}

function isBefore(one, other) {
  if (one.dataset.at !== other.dataset.at) return one.dataset.at < other.dataset.at;
  return Number(one.dataset.id ?? -1) < Number(other.dataset.id ?? -1);
}
