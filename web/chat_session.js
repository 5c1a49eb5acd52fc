// ChatSession: the conversation with the chat: coming in, coming back, what is sent and what was read. It knows no element of the page;
// the twin of tools/client/chat/chat_session, of which each rule here has its reason:
// - A token is asked for on coming in. After a lost connection `/resume TOKEN ROOM=ID…` brings what was missed, each line once.
// - One's own lines come back (/echo on). What did not is sent again, once all that was said before /who was asked has been read.
// - If the server does not know the token (it was restarted), one comes in anew with the same name and the same rooms; lines of which
//   it is not known whether they were said are given to the view and not repeated.

import { Alarm } from "./alarm.js";
import { AnswersDue } from "./answers_due.js";
import { holdsSecret, isQuitWord } from "./commands.js";
import { Link } from "./link.js";
import { RoomBook } from "./room_book.js";
import { SendQueue } from "./send_queue.js";
import { Silence } from "./silence.js";
import { byteLength, linesOf } from "./text.js";

const PATIENCE_MS = 10_000; // to be let in, and for the answers on coming in
const QUIET_MS = 3_000; // silence after which what was missed counts as read, if its end is not told
const HISTORY_LINES = 50; // at once, by scrolling up
const FINAL_CODES = ["banned", "replaced", "kicked", "not-allowed", "login-required", "full", "too-many-connections"];
const IS_TOKEN = /^[A-Za-z0-9_-]{22}$/u;

export class ChatSession {
  book = new RoomBook();
  #queue = new SendQueue();
  #link;
  #view;
  #store;
  #lineBytesMax;

  #state = "connecting"; // → entering → in; waiting: offline, with another try to come; over
  #name = ""; // the one to come in with
  #asks = ""; // what the next line answers
  #isLeaving = false;
  #said = { refusal: "", code: "", isGoodbye: false }; // the server's last words

  // Of one connection.
  #hasAnswered = false;
  #offersName = false;
  #isComingBack = false;
  #isCatchingUp = false;
  #awaits = new AnswersDue();
  #heads = new Map(); // room → number of its next line, when /who was asked
  #history = null; // {room, before}: asked for by scrolling up
  #echoes = false;
  #isRelay = false; // a server without names and commands (--names none)
  #lostRooms = []; // to be joined again after a restart of the server

  #patience = new Alarm(() => this.#onPatienceOver());
  #quiet = new Alarm(() => this.#onCaughtUp());
  #silence = new Silence({
    isWaiting: () => this.#link.isUp && this.#queue.lines().some((line) => line.isSent),
    onChanged: () => this.#view.onChanged(),
    onDead: () => this.#link.drop(),
  });

  // `view`: see chat_screen.js. `store`: what outlives a reload of the page (memory.js).
  constructor(address, lineBytesMax, store, view) {
    this.#view = view;
    this.#store = store;
    this.#lineBytesMax = lineBytesMax;
    this.#name = store.token() === "" ? "" : store.name();
    this.#link = new Link(address, {
      onUp: () => this.#onUp(),
      onMessage: (data) => this.#onMessage(data),
      onDown: () => this.#onDown(),
      onPause: (milliseconds) => this.#view.onPause(milliseconds),
    });
  }

  start() {
    this.#setState("connecting");
    this.#link.connect();
  }

  // ---- What the person does

  // The name to come in with, or the answer to what is asked. An answer is a line as any other, also an empty one.
  answer(text) {
    if (this.#asks === "name" || this.#asks === "") {
      this.#name = text.trim();
      if (this.#asks === "") return; // not connected yet: it is offered then
    }
    this.#asks = "";
    this.#send(text.trim());
    this.#view.onChanged();
  }

  // Lines as typed. Returns those that were not taken, with the reason: {text, why}, or null.
  say(text) {
    for (const [at, line] of linesOf(text).entries()) {
      const why = this.#sayLine(line);
      if (why !== "") return { text: linesOf(text).slice(at).join("\n"), why };
    }
    return null;
  }

  #sayLine(line) {
    if (line.trim() === "" || this.#state === "over") return "";
    const bytes = byteLength(line);
    if (bytes > this.#lineBytesMax) return `This line has ${bytes} bytes; a line has at most ${this.#lineBytesMax}.`;
    if (isQuitWord(line)) return this.#leave(line);
    if (this.#asks !== "") {
      this.answer(line);
      return "";
    }
    if (!this.#queue.add(line)) return `Not sent: ${this.#queue.size} lines wait already.`;
    this.#sendQueued();
    this.#view.onChanged();
    return "";
  }

  #leave(line) {
    this.#isLeaving = true;
    if (!this.#link.isUp) this.#end("You left.");
    else this.#send(line);
    return "";
  }

  focus(room) {
    if (room === this.book.focus || this.isQuestioned) return;
    this.#awaits.focuses += 1;
    this.#queue.add(`/focus ${room}`);
    this.book.focus = room; // at once for the eye; the server's answer has the last word
    this.#sendQueued();
    this.#view.onChanged();
  }

  // Lines of the room in focus of before number `before`, or the last ones (null). False if it has to be asked again later.
  askHistory(room, before) {
    if (this.#state !== "in" || this.#isCatchingUp || this.#history || room !== this.book.focus || this.#isRelay || this.isQuestioned) return false;
    this.#history = { room, before: before ?? Infinity };
    this.#send(before === null ? `/history ${HISTORY_LINES}` : `/history ${HISTORY_LINES} before ${before}`);
    return true;
  }

  // Out, and then in again as somebody new.
  comeInAgain() {
    this.#isLeaving = false;
    this.#said = { refusal: "", code: "", isGoodbye: false };
    this.book.beginAnew();
    this.#name = "";
    this.start();
  }

  retryNow() {
    this.#link.retryNow();
  }

  // ---- For the view

  get state() {
    return this.#state;
  }

  // "" or what is asked: name, password.
  get asks() {
    return this.#asks;
  }

  // Something is asked, or may be at once: what the page sends by itself would be taken for the person's answer.
  get isQuestioned() {
    return this.#asks !== "" || this.#queue.asksBack();
  }

  get isSlow() {
    return this.#silence.isSlow;
  }

  get isCatchingUp() {
    return this.#isCatchingUp;
  }

  // Typed and not known to have arrived.
  unsent() {
    return this.#queue.lines();
  }

  // ---- The connection

  #onUp() {
    this.#hasAnswered = this.#isCatchingUp = this.#echoes = this.#isRelay = false;
    this.#awaits = new AnswersDue();
    this.#history = null;
    this.#offersName = true;
    this.#asks = "";
    this.#said = { refusal: "", code: "", isGoodbye: false };
    const token = this.#store.token();
    this.#isComingBack = token !== "";
    if (token !== "") this.#send(`/resume ${token}${this.book.positions()}`);
    this.#patience.arm(PATIENCE_MS);
    this.#setState("entering");
  }

  #onDown() {
    if (this.#state === "over") return;
    this.#stopWaiting();
    if (this.#isLeaving) return this.#end("You left.");
    if (FINAL_CODES.includes(this.#said.code)) return this.#end(this.#said.refusal);
    for (const command of this.#queue.onLost()) {
      if (!command.startsWith("/focus ")) this.#view.onTold(`May not have arrived: ${holdsSecret(command) ? command.split(" ")[0] : command}`);
    }
    this.#asks = "";
    if (this.#history) this.#view.onHistoryRead(this.#history.room, false);
    this.#history = null;
    this.#setState("waiting");
  }

  #stopWaiting() {
    this.#patience.disarm();
    this.#quiet.disarm();
    this.#silence.end();
  }

  #onPatienceOver() {
    if (this.#state === "in") return this.#onCaughtUp(); // no answer that is understood
    if (this.#state === "entering") this.#link.drop();
  }

  #end(why) {
    this.#state = "over";
    this.#store.forgetToken();
    this.#link.end();
    this.#stopWaiting();
    for (const { line } of this.#queue.lines()) this.#view.onDoubtful(line);
    this.#queue = new SendQueue();
    this.#view.onOver(why);
    this.#view.onChanged();
  }

  #send(line) {
    this.#link.send(line);
    this.#silence.onSent();
  }

  #sendQueued() {
    while (this.#state === "in" && !this.#isCatchingUp && !this.#isLeaving) {
      const line = this.#queue.takeNext();
      if (line === null) return;
      this.#send(line);
      if (!this.#echoes) this.#showOwn(line);
    }
  }

  // Where the server does not repeat one's own lines, nothing else will tell.
  #showOwn(line) {
    this.#queue.onSaid(line);
    if (line.startsWith("/")) return this.#queue.onAnswer();
    this.#view.onLine({ type: "say", from: this.book.myName, text: line, room: this.book.focus, at: new Date().toISOString() }, "fresh");
  }

  // ---- What the server says

  #onMessage(data) {
    this.#silence.onHeard();
    if (typeof data !== "string") return;
    let message = null;
    try {
      message = JSON.parse(data);
    } catch {
      return this.#takePlain(data);
    }
    if (message === null || typeof message.type !== "string") return;
    this.#hasAnswered = true;
    this.#take(message);
    if (this.#quiet.isArmed) this.#quiet.arm(QUIET_MS);
    if (this.#isCatchingUp) this.#checkCaughtUp();
  }

  // Lines before the service are plain (a queue, refusals, which end with their code); so are all of --names none.
  #takePlain(data) {
    const text = data.replace(/\r?\n$/u, "");
    const refusal = / \[([a-z-]+)\]$/u.exec(text);
    if (refusal && !this.#hasAnswered) {
      this.#said = { refusal: text.slice(0, refusal.index), code: refusal[1], isGoodbye: false };
      this.#view.onRefused(this.#said.refusal, this.#said.code);
    } else if (/^\d+ before you$/u.test(text)) {
      this.#patience.disarm();
      this.#view.onTold(text);
    } else {
      this.#isRelay = true;
      this.#patience.disarm();
      if (this.#state !== "in") this.#setState("in");
      this.#view.onTold(text);
      this.#sendQueued();
    }
  }

  #take(message) {
    switch (message.type) {
      case "question": return this.#takeQuestion(message);
      case "refusal": return this.#takeRefusal(message);
      case "notice":
        if (message.id === undefined) return this.#takeNotice(message);
        break;
      case "names": return this.#takeNames(message);
    }
    const nameBefore = this.book.myName;
    const age = this.book.take(message);
    const isSaid = message.type === "say" || message.type === "me";
    if (isSaid && message.from === nameBefore && age === "fresh") this.#queue.onSaid(message.text);
    if (message.type === "topic" && message.id === undefined && this.#awaits.topic) {
      this.#awaits.topic = false;
      return this.#view.onChanged();
    }
    if (message.id === undefined) this.#queue.onAnswer();
    this.#view.onLine(message, this.#isAnswerToHistory(message) ? "earlier" : age);
    this.#view.onChanged();
  }

  #isAnswerToHistory(message) {
    return this.#history !== null && message.room === this.#history.room && message.id < this.#history.before;
  }

  #takeNames(message) {
    const isComingIn = message.next !== undefined;
    this.book.take(message);
    if (isComingIn && this.#state === "entering") this.#cameIn(); // where nobody is asked for a name, the names are the welcome
    if (isComingIn) {
      this.#queue.onAnswer();
    } else if (this.#awaits.rooms.delete(message.room)) {
      this.#heads.set(message.room, message.head);
    } else {
      this.#queue.onAnswer();
      this.#view.onLine(message, "fresh");
    }
    this.#view.onChanged();
  }

  #takeNotice(message) {
    const { text } = message;
    this.book.take(message);
    if (text === "You read a JSON object per line.") return;
    const ended = / \[([a-z-]+)\]$/u.exec(text); // why a connection is ended is told with its code behind it
    if (ended) this.#said = { refusal: text.slice(0, ended.index), code: ended[1], isGoodbye: true };
    if (this.#isAnswerToUs(text)) return this.#view.onChanged();
    if (this.#state === "entering") {
      if (text.startsWith("Welcome back ")) return this.#cameBack();
      if (text.startsWith("Welcome ")) return this.#cameIn();
    } else {
      this.#queue.onAnswer();
    }
    this.#view.onTold(text, message.at);
    this.#view.onChanged();
  }

  // Answers to what was not typed by the person; they are not shown.
  #isAnswerToUs(text) {
    if (this.#awaits.token && text.startsWith("Your token is ")) {
      this.#awaits.token = false;
      const token = text.slice("Your token is ".length).split(".")[0];
      if (IS_TOKEN.test(token)) this.#store.keepToken(token, this.book.myName);
      return true;
    }
    if (this.#awaits.echo && (text.startsWith("You will read your own lines") || text.startsWith("/echo is on"))) {
      this.#awaits.echo = false;
      this.#echoes = true;
      return true;
    }
    if (this.#awaits.focuses > 0 && text.startsWith("Your lines go to ")) {
      this.#awaits.focuses -= 1;
      this.#queue.onAnswer();
      return true;
    }
    if (this.#history && /^-- (earlier ones: .*|that is all|nothing was said in .*) --$/u.test(text)) {
      this.#onHistoryRead(text.startsWith("-- earlier ones"));
      return true;
    }
    if (this.#awaits.roomList && text.startsWith("Your lines go to ")) {
      this.#askWhoIsThere();
      return true;
    }
    return this.#isCatchingUp && /^(Your lines go to |You are in |You founded )/u.test(text);
  }

  #onHistoryRead(hasMore) {
    const { room } = this.#history;
    this.#history = null;
    this.#view.onHistoryRead(room, hasMore);
  }

  #takeRefusal(message) {
    this.#said = { refusal: message.text, code: message.code, isGoodbye: false };
    if (this.#state === "entering" && this.#isComingBack && message.code === "no-such-token") return this.#lostToken();
    const isNotOffered = message.code === "no-names" || message.code === "unknown-command";
    if (isNotOffered && (this.#awaits.token || this.#awaits.echo)) {
      this.#awaits[this.#awaits.token ? "token" : "echo"] = false;
      return;
    }
    if (this.#history && ["not-kept", "usage", "too-many", "no-answer"].includes(message.code)) return this.#onHistoryRead(false);
    if (this.#state === "in") {
      const line = this.#queue.onRefusal(message.code, this.#lineBytesMax);
      if (line !== null) this.#view.onDoubtful(line);
    }
    this.#view.onRefused(message.text, message.code);
    this.#view.onChanged();
  }

  #takeQuestion(message) {
    const isName = message.asks === "name";
    if (isName && this.#state === "entering" && this.#isComingBack) return; // while the token is looked at, it is no question to anybody
    this.#patience.disarm();
    if (isName && this.#name !== "" && this.#offersName) {
      this.#offersName = false;
      return this.#send(this.#name);
    }
    this.#offersName = false;
    this.#asks = message.asks === "" ? "answer" : message.asks;
    this.#view.onAsked(this.#asks, message.text);
    this.#view.onChanged();
  }

  // ---- Coming in

  #cameIn() {
    this.#beginCatchingUp();
    this.#awaits.token = true;
    this.#send("/resume");
    this.#send("/echo on");
    this.#joinLostRooms();
    for (const line of this.#queue.takeDoubtful()) this.#view.onDoubtful(line);
    this.#setState("in");
  }

  // After a restart of the server everybody begins in the lobby.
  #joinLostRooms() {
    const rooms = this.#lostRooms.filter((room) => room !== "lobby");
    for (const room of rooms) this.#send(`/join ${room}`);
    if (rooms.length > 0 && this.#lostRooms.at(-1) === "lobby") this.#send("/focus lobby");
    this.#lostRooms = [];
  }

  // The server's next sentence tells which rooms one is in.
  #cameBack() {
    this.#beginCatchingUp();
    this.#awaits.roomList = this.#awaits.topic = true;
    this.#send("/echo on");
    this.#send("/topic");
    this.#setState("in");
  }

  #askWhoIsThere() {
    this.#awaits.roomList = false;
    for (const room of this.book.rooms()) {
      this.#awaits.rooms.add(room);
      this.#send(`/who ${room}`);
    }
  }

  #beginCatchingUp() {
    this.#isComingBack = false;
    this.#link.isWell();
    this.#asks = "";
    this.#heads.clear();
    this.#awaits.echo = this.#isCatchingUp = true;
    this.#patience.arm(PATIENCE_MS);
  }

  #checkCaughtUp() {
    if (!this.#awaits.areGiven) return;
    if (!this.#queue.hasDoubtful()) return this.#onCaughtUp();
    // A line said twice is worse than one said late: only what is known to be read ends it at once.
    const isRead = [...this.#heads].every(([room, head]) => head !== undefined && this.book.hasReadTo(room, head));
    if (this.#heads.size > 0 && isRead) return this.#onCaughtUp();
    if (!this.#quiet.isArmed) this.#quiet.arm(QUIET_MS);
  }

  #onCaughtUp() {
    this.#isCatchingUp = false;
    this.#quiet.disarm();
    this.#patience.disarm();
    this.#name = this.book.myName || this.#name;
    this.#view.onCameIn();
    this.#sendQueued();
    this.#view.onChanged();
  }

  #lostToken() {
    this.#store.forgetToken();
    this.#isComingBack = false;
    this.#lostRooms = this.book.rooms().filter((room) => room !== this.book.focus);
    if (this.book.focus !== "") this.#lostRooms.push(this.book.focus);
    this.#name = this.book.myName || this.#name;
    this.book.beginAnew();
    this.#view.onAnew();
    if (this.#name !== "") {
      this.#offersName = false;
      return this.#send(this.#name);
    }
    this.#asks = "name";
    this.#view.onAsked("name", "");
    this.#view.onChanged();
  }

  #setState(state) {
    this.#state = state;
    this.#view.onChanged();
  }
}
