// ChatScreen: what a chat session looks like; the view that chat_session.js calls back.

import { Alerts } from "./alerts.js";
import { ChatSession } from "./chat_session.js";
import { byId, element } from "./elements.js";
import { Entry } from "./entry.js";
import { LineField } from "./line_field.js";
import { MessageList } from "./message_list.js";
import { isSaid, lineElement, mentions, ownElement, skippedText } from "./phrasing.js";
import { Side } from "./side.js";

const PENDING_SHOWN_MAX = 20; // lines under way that are shown; the status tells how many there are

const OFFLINE = "Offline. What you type is kept and sent when the server is back.";

export class ChatScreen {
  #memory;
  #session;
  #alerts;
  #entry;
  #field;
  #side;
  #lists = new Map(); // room → MessageList
  #unread = new Map(); // room → {count, isForMe}
  #retryAt = 0;
  #isHistoryDue = false; // it could not be asked for when it was wanted

  constructor(address, lineBytesMax, memory) {
    this.#memory = memory;
    this.#alerts = new Alerts(memory);
    this.#session = new ChatSession(address, lineBytesMax, memory, this);
    this.#entry = new Entry({ onAnswer: (text) => this.#session.answer(text) });
    this.#field = new LineField(byId("say"), byId("line"), byId("offers"), byId("offers-count"), {
      onSend: (text) => this.#onSend(text),
      onTyped: () => this.#keepDraft(),
      names: () => this.#session.book.allNames(),
      rooms: () => this.#session.book.rooms(),
    });
    this.#side = new Side({
      onRoom: (room) => this.#onRoom(room),
      onPerson: (name) => this.#onPerson(name),
      onJoin: (room) => this.#onCommand(`/join ${room}`),
      onLeave: (room) => this.#onCommand(`/leave ${room}`),
    });
  }

  start() {
    byId("chat").hidden = false;
    this.#field.text = this.#memory.draft();
    this.#entry.suggest(this.#memory.name());
    if (this.#memory.token() === "") this.#entry.show();
    byId("newer").addEventListener("click", () => {
      this.#list.goToEnd();
      this.#field.focus();
    });
    byId("retry").addEventListener("click", () => this.#session.retryNow());
    byId("again").addEventListener("click", () => this.#onAgain());
    this.#startDrawer();
    this.#startSettings();
    setInterval(() => this.#drawStatus(), 1_000);
    this.#session.start();
  }

  // ---- What the session calls back

  onChanged() {
    const { book, state } = this.#session;
    const isInside = state === "in" && this.#session.asks === "";
    if (isInside && this.#entry.isShown) {
      this.#entry.hide();
      this.#field.focus();
    }
    if (state === "waiting") this.#entry.allow();
    this.#showList(book.focus);
    if (this.#isHistoryDue && this.#session.mayAskHistory) {
      this.#isHistoryDue = false;
      requestAnimationFrame(() => this.#list.askIfAtTop());
    }
    const rooms = book.rooms(); // none yet between the welcome and the names
    for (const room of rooms.length > 0 ? this.#lists.keys() : []) if (!rooms.includes(room) && state === "in" && room !== "") this.#forget(room);
    this.#side.draw(book, this.#unread);
    byId("drawer").classList.toggle("news", this.#unread.size > 0);
    byId("title").textContent = book.focus === "" ? "Grotto" : book.focus;
    byId("topic").textContent = book.topic(book.focus);
    this.#alerts.setTitle(book.focus === "" ? "Grotto" : `${book.focus} · Grotto`);
    this.#drawPending();
    this.#keepDraft();
    this.#drawStatus();
  }

  onLine(message, age) {
    const { book } = this.#session;
    const room = message.id === undefined && message.type !== "say" ? book.focus : message.room;
    if (message.type === "skipped") return this.#listOf(message.room).append(ownElement(skippedText(message), "divider", message.at));
    if (!isSaid(message) && message.type !== "names" && typeof message.text !== "string") return; // a type of a later server
    const made = lineElement(message, book.myName);
    const isNew = this.#listOf(room).add(message, made, age);
    if (!isNew || age === "earlier" || !isSaid(message) || message.from === book.myName) return;
    const isForMe = mentions(message, book.myName);
    this.#alerts.onSaid(isForMe, message.from, message.text);
    if (room === book.focus) return;
    const unread = this.#unread.get(room) ?? { count: 0, isForMe: false };
    this.#unread.set(room, { count: unread.count + 1, isForMe: unread.isForMe || isForMe });
  }

  // A sentence of the server, or of the page.
  onTold(text, at) {
    if (this.#session.state !== "in") this.#entry.tell(text);
    if (this.#session.book.focus !== "" || this.#session.state === "in") this.#list.append(ownElement(text, "told", at));
  }

  onRefused(text, code) {
    if (this.#entry.isShown || this.#session.state !== "in") this.#entry.refuse(text);
    if (!this.#entry.isShown || this.#session.state === "in") this.#list.append(ownElement(text, `refusal ${code}`, new Date().toISOString()));
  }

  onAsked(asks, text) {
    this.#entry.ask(asks, text);
  }

  onCameIn() {
    this.#retryAt = 0;
    requestAnimationFrame(() => this.#list.askIfAtTop());
  }

  onAnew() {
    for (const list of this.#lists.values()) list.append(ownElement("The server began anew: you come in again", "divider"));
  }

  // A line of which it is not known whether it was said: it can be said again.
  onDoubtful(line) {
    const again = element("button", { type: "button" }, "Say it again");
    const item = ownElement(`Not known to have been said: ${line}`, "refusal doubtful");
    again.addEventListener("click", () => {
      item.remove();
      this.#session.say(line);
      this.#field.focus();
    });
    item.append(" ", again);
    this.#list.append(item);
  }

  onHistoryRead(room, hasMore) {
    this.#lists.get(room)?.onEarlierRead(hasMore);
  }

  onPause(milliseconds) {
    this.#retryAt = Date.now() + milliseconds;
    this.#drawStatus();
  }

  onOver(why) {
    byId("over-why").textContent = why;
    byId("over").hidden = false;
    this.#entry.hide();
    byId("again").focus();
  }

  // ---- What the person does

  // Returns what stays in the field.
  #onSend(text) {
    this.#list.goToEnd();
    const left = this.#session.say(text);
    byId("line-refusal").textContent = left?.why ?? "";
    return left?.text ?? "";
  }

  // A reload brings back what is half typed, and before it what still waits to be sent.
  #keepDraft() {
    const waiting = this.#session.unsent().filter((line) => !line.isSent).map(({ line }) => line);
    this.#memory.keepDraft([...waiting, this.#field.text].filter((line) => line !== "").join("\n"));
  }

  #onCommand(line) {
    const mustWait = this.#session.isQuestioned;
    byId("line-refusal").textContent = mustWait ? `Answer what is asked, then again: ${line}` : "";
    if (!mustWait) this.#session.say(line);
    this.#closeDrawer();
  }

  #onRoom(room) {
    this.#session.focus(room);
    this.#closeDrawer();
    this.#field.focus();
  }

  #onPerson(name) {
    this.#closeDrawer();
    if (name !== this.#session.book.myName && this.#field.text.trim() === "") this.#field.text = `/msg ${name} `;
    this.#field.focus();
  }

  #onAgain() {
    byId("over").hidden = true;
    this.#entry.suggest(this.#memory.name());
    this.#entry.show();
    this.#session.comeInAgain();
  }

  #startDrawer() {
    const toggle = byId("drawer");
    toggle.addEventListener("click", () => this.#setDrawer(!byId("side").classList.contains("open")));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !byId("side").classList.contains("open")) return;
      this.#closeDrawer();
      toggle.focus();
    });
    byId("main").addEventListener("click", () => this.#closeDrawer());
  }

  #setDrawer(isOpen) {
    byId("side").classList.toggle("open", isOpen);
    byId("drawer").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) byId("side").querySelector("button")?.focus();
  }

  #closeDrawer() {
    this.#setDrawer(false);
  }

  #startSettings() {
    const bind = (id, act) => {
      const box = byId(id);
      box.checked = this.#memory.setting(id);
      const change = async () => {
        box.checked = (await act(box.checked)) ?? box.checked;
        this.#memory.keepSetting(id, box.checked);
      };
      box.addEventListener("change", change);
      return box;
    };
    bind("sound", (isOn) => isOn && this.#alerts.enableSound());
    bind("notify", async (isOn) => {
      const isAllowed = !isOn || (await Alerts.mayNotify());
      byId("notify-why").textContent = isAllowed ? "" : "This browser does not allow it here.";
      return isOn && isAllowed;
    });
    const quiet = bind("hide-quiet", (isOn) => byId("lists").classList.toggle("no-quiet", isOn) && undefined);
    byId("lists").classList.toggle("no-quiet", quiet.checked);
    document.addEventListener("click", (event) => {
      if (!byId("settings").contains(event.target)) byId("settings").open = false;
    });
    byId("settings").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      byId("settings").open = false;
      byId("settings").querySelector("summary").focus();
    });
  }

  // ---- Drawing

  get #list() {
    return this.#listOf(this.#session.book.focus);
  }

  #listOf(room) {
    let list = this.#lists.get(room);
    if (!list) {
      list = new MessageList(room, {
        onEarlier: (before) => {
          const isAsked = this.#session.askHistory(room, before);
          this.#isHistoryDue ||= !isAsked;
          return isAsked;
        },
        onNewer: (count) => this.#drawNewer(count),
      });
      this.#lists.set(room, list);
      byId("lists").append(list.box);
    }
    return list;
  }

  #showList(room) {
    const list = this.#listOf(room);
    if (!list.box.hidden) return;
    for (const other of this.#lists.values()) other.hide();
    if (room !== "") list.adopt(this.#listOf("")); // what was told before it was known where one is
    this.#unread.delete(room);
    list.show();
    if (this.#session.state === "in") requestAnimationFrame(() => list.askIfAtTop());
  }

  #forget(room) {
    this.#lists.get(room).box.remove();
    this.#lists.delete(room);
    this.#unread.delete(room);
  }

  // null: the newest are in sight.
  #drawNewer(count) {
    const button = byId("newer");
    button.hidden = count === null;
    button.textContent = count === 0 ? "To the newest ↓" : `${count} new ${count === 1 ? "line" : "lines"} ↓`;
  }

  // Lines that are not known to have arrived stand below the others until they come back.
  #drawPending() {
    const isOffline = this.#session.state !== "in" || this.#session.isCatchingUp;
    const lines = this.#session.unsent().filter((line) => !line.isCommand || isOffline).slice(0, PENDING_SHOWN_MAX);
    const items = lines.map(({ line }) => element("li", { className: "line said own pending" }, element("span", { className: "text", dir: "auto" }, line), element("span", { className: "unseen" }, " (on its way)")));
    byId("pending").replaceChildren(...items);
    byId("pending").hidden = items.length === 0;
  }

  #drawStatus() {
    const { state, isSlow } = this.#session;
    const unsent = this.#session.unsent().length;
    const waiting = unsent > 0 ? ` ${unsent} unsent.` : "";
    const words = { connecting: "Connecting…", entering: "Entering…", waiting: `${OFFLINE}${waiting}`, over: "You are not in the chat.", in: "" };
    let text = words[state];
    if (state === "in" && this.#session.isCatchingUp && unsent > 0) text = `Catching up.${waiting}`;
    if (isSlow) text = `The server is slow to answer.${waiting}`;
    const status = byId("status");
    // Said once and not each second: the seconds are for the eye.
    if (byId("status-text").textContent !== text) byId("status-text").textContent = text;
    status.hidden = text === "";
    status.className = state === "waiting" || isSlow ? "banner trouble" : "banner";
    const seconds = Math.ceil((this.#retryAt - Date.now()) / 1_000);
    byId("status-seconds").textContent = state === "waiting" && seconds > 0 ? `Next try in ${seconds} s.` : "";
    byId("retry").hidden = state !== "waiting";
    if (this.#entry.isShown) this.#entry.tell(state === "waiting" ? "Offline: the server does not answer. It is tried again by itself." : "");
  }
}
