// ChatSession: the conversation with the chat: coming in, coming back, what is sent and what was read. It knows no element of the page;
// the twin of tools/client/chat/chat_session, of which each rule here has its reason:
// - A token is asked for on coming in. After a lost connection `/resume TOKEN ROOM=ID…` brings what was missed, each line once. It is
//   the answer to the question for a name, and to no other.
// - What is sent while the server asks for a password is a password. So a question is over with the refusal of its answer, and nothing
//   but the answer is sent while something is asked, or may be at once.
// - One's own lines come back (/echo on). What did not is sent again, once all that was said before /who was asked has been read.
// - If the server does not know the token (it was restarted), one comes in anew with the same name and the same rooms; lines of which
//   it is not known whether they were said are given to the view and not repeated.

import { Alarm } from "./alarm.js";
import { AnswersDue, tokenOf } from "./answers_due.js";
import { asksBack, holdsSecret, isQuitWord } from "./commands.js";
import { HistoryQuestion } from "./history_question.js";
import { LastWords } from "./last_words.js";
import { Link } from "./link.js";
import { RoomBook } from "./room_book.js";
import { SendQueue } from "./send_queue.js";
import { Silence } from "./silence.js";
import { byteLength, linesOf } from "./text.js";

const PATIENCE_MS = 10_000; // to be let in, and for the answers on coming in
const QUIET_MS = 3_000; // silence after which what was missed counts as read, if its end is not told
const GOODBYE_MS = 2_000; // for the server's last words
const MUST_WAIT = "Not sent: the server may ask something first.";

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
  #mayBeAsked = false; // by what was sent last; nothing has come since
  #isLeaving = false;
  #lastWords = new LastWords();

  // Of one connection.
  #hasAnswered = false;
  #offersName = false;
  #offersToken = false;
  #isComingBack = false; // the token was not refused
  #isCatchingUp = false;
  #awaits = new AnswersDue();
  #heads = new Map(); // room → number of its next line, when /who was asked
  #history = new HistoryQuestion();
  #echoes = false;
  #isRelay = false; // a server without names and commands (--names none)

  #patience = new Alarm(() => this.#onPatienceOver());
  #quiet = new Alarm(() => this.#onCaughtUp());
  #silence = new Silence({
    isWaiting: () => this.#link.isUp && (this.#isCatchingUp || this.#queue.lines().some((line) => line.isSent)),
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
    this.#mayBeAsked = this.#state === "in"; // once more, say
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
    if (isQuitWord(line)) return this.#leave(line) ?? "";
    if (this.#asks !== "") {
      this.answer(line);
      return "";
    }
    if (this.isQuestioned) return MUST_WAIT;
    if (!this.#queue.add(line)) return `Not sent: ${this.#queue.size} lines wait already.`;
    this.#sendQueued();
    this.#view.onChanged();
    return "";
  }

  #leave(line) {
    this.#isLeaving = true;
    if (!this.#link.isUp) return this.#end("You left.");
    this.#send(line);
    this.#patience.arm(GOODBYE_MS);
  }

  focus(room) {
    if (room === this.book.focus || this.isQuestioned) return;
    this.book.focus = room; // at once for the eye; the server's answer has the last word
    this.#askFocus(`/focus ${room}`);
    this.#view.onChanged();
  }

  #askFocus(command) {
    this.#awaits.focuses += 1;
    this.#queue.add(command);
    this.#sendQueued();
  }

  // Lines of the room in focus of before number `before`, or the last ones (null). False if it has to be asked again later.
  askHistory(room, before) {
    if (!this.mayAskHistory || room !== this.book.focus) return false;
    this.#send(this.#history.ask(room, before));
    return true;
  }

  // Out, and then in again as somebody new.
  comeInAgain() {
    this.#isLeaving = false;
    this.#asks = "";
    this.#lastWords.forget();
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

  // Something is asked, or may be at once: what is sent would be taken for the answer.
  get isQuestioned() {
    return this.#asks !== "" || this.#mayBeAsked || this.#queue.asksBack();
  }

  // Not while the answer to something else is to come, which could be taken for the one to this.
  get mayAskHistory() {
    const isFree = this.#state === "in" && !this.#isCatchingUp && !this.#isRelay;
    return isFree && this.#history.room === "" && !this.isQuestioned && !this.#queue.awaitsAnswer();
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
    this.#hasAnswered = this.#isCatchingUp = this.#echoes = this.#isRelay = this.#mayBeAsked = false;
    this.#awaits = new AnswersDue();
    this.#history.end();
    this.#offersName = true;
    this.#asks = "";
    this.#lastWords.forget();
    this.#isComingBack = this.#offersToken = this.#store.token() !== "";
    this.#patience.arm(PATIENCE_MS);
    this.#setState("entering");
  }

  #onDown() {
    if (this.#state === "over") return;
    this.#stopWaiting();
    if (this.#isLeaving) return this.#end("You left.");
    if (this.#lastWords.areFinal) return this.#end(this.#lastWords.text);
    for (const command of this.#queue.onLost()) {
      if (!command.startsWith("/focus ")) this.#view.onTold(`May not have arrived: ${holdsSecret(command) ? command.split(" ")[0] : command}`);
    }
    this.#asks = "";
    this.#mayBeAsked = false;
    if (this.#history.room !== "") this.#view.onHistoryRead(this.#history.end(), false);
    this.#setState("waiting");
  }

  #stopWaiting() {
    this.#patience.disarm();
    this.#quiet.disarm();
    this.#silence.end();
  }

  #onPatienceOver() {
    if (this.#isLeaving) return this.#end("You left.");
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
    while (this.#state === "in" && !this.#isCatchingUp && !this.#isLeaving && this.#asks === "" && !this.#mayBeAsked) {
      const line = this.#queue.takeNext();
      if (line === null) return;
      this.#send(line);
      if (asksBack(line) && !this.#isRelay) this.#mayBeAsked = true;
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
    if (this.#state === "in" && message.type !== "end") this.#lastWords.forget();
    this.#take(message);
    if (this.#quiet.isArmed) this.#quiet.arm(QUIET_MS);
    if (this.#isCatchingUp) this.#checkCaughtUp();
  }

  // Lines before the service are plain (a queue, refusals, which end with their code); so are all of --names none.
  #takePlain(data) {
    const text = data.replace(/\r?\n$/u, "");
    const refusal = / \[([a-z-]+)\]$/u.exec(text);
    if (refusal && !this.#hasAnswered) {
      this.#lastWords.told(text);
      this.#view.onRefused(this.#lastWords.text, refusal[1]);
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
    if (message.id === undefined || this.book.isOwnDeed(message, age)) this.#queue.onAnswer();
    this.#view.onLine(message, this.#history.hasLine(message) ? "earlier" : age);
    this.#view.onChanged();
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
    this.#lastWords.told(text);
    if (this.#isAnswerToUs(text)) return this.#view.onChanged();
    if (this.#state === "entering") {
      if (text.startsWith("Welcome back ")) return this.#cameBack();
      if (text.startsWith("Welcome ")) return this.#cameIn();
    } else {
      this.#mayBeAsked = false;
      this.#queue.onAnswer();
    }
    if (this.book.takeExpulsion(text)) {
      this.#lastWords.forget();
      this.#askFocus("/focus");
    }
    this.#sendQueued();
    this.#view.onTold(text, message.at);
    this.#view.onChanged();
  }

  // Answers to what was not typed by the person; they are not shown.
  #isAnswerToUs(text) {
    switch (this.#awaits.take(text)) {
      case "token":
        this.#store.keepToken(tokenOf(text), this.book.myName);
        return true;
      case "echo": return (this.#echoes = true);
      case "roomList": return this.#askWhoIsThere();
      case "focus":
        this.#queue.onAnswer();
        return true;
    }
    if (this.#history.isEndedBy(text)) {
      this.#view.onHistoryRead(this.#history.end(), text.startsWith("-- earlier ones"));
      return true;
    }
    return this.#isCatchingUp && /^(Your lines go to |You are in |You founded )/u.test(text);
  }

  #takeRefusal(message) {
    this.#lastWords.refused(message.text, message.code);
    if (this.#state === "entering" && this.#isComingBack && !this.#offersToken) return this.#lostToken(message);
    const isNotOffered = message.code === "no-names" || message.code === "unknown-command";
    if (isNotOffered && (this.#awaits.token || this.#awaits.echo)) {
      this.#awaits[this.#awaits.token ? "token" : "echo"] = false;
      return;
    }
    if (this.#history.isRefusedBy(message.code)) return this.#view.onHistoryRead(this.#history.end(), false);
    if (this.#state === "in") {
      this.#asks = "";
      this.#mayBeAsked = false;
      const isOfFocus = this.#awaits.focuses > 0 && this.#queue.lines()[0]?.line.startsWith("/focus ");
      const line = this.#queue.onRefusal(message.code, this.#lineBytesMax);
      if (line !== null) this.#view.onDoubtful(line);
      if (isOfFocus) this.#askFocus("/focus");
      this.#sendQueued();
    }
    this.#view.onRefused(message.text, message.code);
    this.#view.onChanged();
  }

  #takeQuestion(message) {
    const isName = message.asks === "name";
    this.#mayBeAsked = false;
    if (isName && this.#offersToken) {
      this.#offersToken = false;
      return this.#send(`/resume ${this.#store.token()}${this.book.positions()}`);
    }
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
    for (const command of this.book.takeWayBack()) this.#send(command);
    for (const line of this.#queue.takeDoubtful()) this.#view.onDoubtful(line);
    this.#setState("in");
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
    for (const room of this.book.rooms()) {
      this.#awaits.rooms.add(room);
      this.#send(`/who ${room}`);
    }
    return true;
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

  // One comes in anew; the question for a name follows, and gets the one from before, unless somebody else has it by now.
  #lostToken({ text, code }) {
    this.#store.forgetToken();
    this.#isComingBack = false;
    this.#name = code === "name-taken" ? "" : this.book.myName || this.#name;
    this.book.loseRooms();
    this.#view.onAnew();
    if (code !== "no-such-token") this.#view.onRefused(text, code);
    this.#view.onChanged();
  }

  #setState(state) {
    this.#state = state;
    this.#view.onChanged();
  }
}
