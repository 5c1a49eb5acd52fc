// PromptScreen: the service that asks (docs/prompts.md): one question at a time as a field of its type, choices as buttons, what was said
// and answered above it. A lost connection goes on at the question in turn, by the token; an answer that was under way is told.

import { byId, element } from "./elements.js";
import { Link } from "./link.js";
import { ownElement } from "./phrasing.js";

const FIELDS = {
  number: { type: "text", inputMode: "decimal" },
  date: { type: "date" },
  email: { type: "email", autocomplete: "email" },
  hidden: { type: "password", autocomplete: "off" },
  text: { type: "text" },
};

export class PromptScreen {
  #memory;
  #link;
  #question = null;
  #sent = null; // the answer under way, as it may be shown
  #isComingBack = false;
  #isOver = false;
  #count = 0; // questions answered on this page

  constructor(address, memory) {
    this.#memory = memory;
    this.#link = new Link(address, {
      onUp: () => this.#onUp(),
      onMessage: (data) => this.#onMessage(data),
      onDown: () => this.#onDown(),
      onPause: () => this.#drawStatus("Offline. Your answers are kept; it is tried again by itself."),
    });
  }

  start() {
    byId("prompt").hidden = false;
    byId("answer-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#answer(byId("answer").value);
    });
    for (const [id, command] of [["back", "/back"], ["skip", "/skip"]]) {
      byId(id).addEventListener("click", () => this.#command(command));
    }
    byId("prompt-again").addEventListener("click", () => this.#startAgain());
    this.#drawStatus("Connecting…");
    this.#link.connect();
  }

  // ---- The connection

  #onUp() {
    const token = this.#memory.token();
    this.#isComingBack = token !== "";
    if (token !== "") this.#link.send(`/resume ${token}`);
    this.#drawStatus("");
  }

  #onDown() {
    if (this.#isOver) return this.#link.end();
    if (this.#sent !== null) this.#tell(`May not have arrived: ${this.#sent}`, "refusal");
    this.#sent = null;
    this.#setEnabled(false);
  }

  #onMessage(data) {
    if (typeof data !== "string") return;
    let message = null;
    try {
      message = JSON.parse(data);
    } catch {
      return this.#tell(data, "told"); // what stands before the service: how many wait before one, that it is full
    }
    if (message !== null && typeof message === "object") this.#take(message);
  }

  #take(message) {
    switch (message.type) {
      case "question": return this.#takeQuestion(message);
      case "token": return this.#takeToken(message);
      case "refusal": return this.#takeRefusal(message);
      case "score": return this.#tell(message.text, "told score");
      case "end": return this.#end();
      case "notice": return this.#takeNotice(message);
    }
  }

  #takeNotice({ text }) {
    if (text === "You read a JSON object per line.") return;
    const title = /^\*\*\* (.+) \*\*\*$/u.exec(text);
    if (title) document.title = byId("prompt-title").textContent = title[1];
    if (text.startsWith("Welcome back!")) this.#isComingBack = false;
    if (this.#isComingBack || title) return; // what stands before the questions was read already
    const section = /^== (.+) ==$/u.exec(text);
    this.#tell(section ? section[1] : text, section ? "section" : "told");
  }

  #takeToken({ token }) {
    if (typeof token !== "string" || this.#isOver) return;
    this.#memory.keepToken(token, "");
    byId("token").textContent = token;
    byId("token-note").hidden = false;
  }

  #takeRefusal({ code, text }) {
    if (this.#isComingBack && code === "no-such-token") {
      this.#memory.forgetToken();
      this.#isComingBack = false;
      this.#tell("Your earlier answers cannot be gone on with: the questions begin anew.", "refusal");
      if (this.#question) this.#takeQuestion(this.#question);
      return;
    }
    this.#sent = null;
    this.#refuse(text);
    this.#setEnabled(true);
    byId("answer").select();
  }

  #takeQuestion(question) {
    const isAgain = this.#question?.asks === question.asks && this.#question.text === question.text;
    this.#question = question;
    if (this.#isComingBack) return; // the first one, asked before the token was looked at
    if (this.#sent !== null && !isAgain) this.#count += 1;
    this.#sent = null;
    if (this.#memory.token() === "") this.#link.send("/resume");
    this.#link.isWell();
    this.#refuse("");
    this.#drawQuestion(question);
  }

  // ---- What the person does

  // `shown`: what a button of that answer says.
  #answer(text, shown = text) {
    if (this.#question === null || this.#sent !== null || !this.#link.isUp) return;
    const isHidden = this.#question.hidden === true;
    this.#sent = isHidden ? "a hidden answer" : shown;
    this.#tell(isHidden ? "•••" : shown === "" ? "(no answer)" : shown, "answered");
    this.#refuse("");
    this.#setEnabled(false);
    this.#link.send(text.startsWith("/") ? `/${text}` : text);
  }

  #command(command) {
    this.#refuse("");
    this.#link.send(command);
  }

  #startAgain() {
    this.#isOver = false;
    this.#question = null;
    this.#count = 0;
    byId("prompt-log").replaceChildren();
    byId("prompt-end").hidden = true;
    this.#link.connect();
  }

  #end() {
    this.#isOver = true;
    this.#memory.forgetToken();
    byId("question").hidden = true;
    byId("token-note").hidden = true;
    byId("prompt-end").hidden = false;
    byId("prompt-again").focus();
    this.#drawStatus("");
  }

  // ---- Drawing

  #drawQuestion(question) {
    const kind = question.kind ?? "text";
    const choices = kind === "yes-no" ? ["yes", "no"] : kind === "choice" ? (question.choices ?? []) : [];
    byId("question").hidden = false;
    byId("question-number").textContent = `Question ${this.#count + 1}`;
    byId("question-text").textContent = question.text;
    byId("question-hint").textContent = question.hint ?? "";
    const field = byId("answer");
    const { type, inputMode = "", autocomplete = "off" } = FIELDS[question.hidden ? "hidden" : kind] ?? FIELDS.text;
    Object.assign(field, { type, inputMode, autocomplete, value: "" });
    byId("answer-form").hidden = choices.length > 0;
    const buttons = choices.map((choice, at) => this.#choiceButton(choice, kind === "choice" ? String(at + 1) : choice));
    byId("choices").replaceChildren(...buttons);
    byId("choices").hidden = choices.length === 0;
    byId("default").hidden = true;
    const preset = /\[(.+)\]$/u.exec(question.hint ?? "");
    if (preset && choices.length > 0) this.#drawDefault(preset[1]);
    this.#setEnabled(true);
    (choices.length > 0 ? buttons[0] : field).focus();
    byId("question").scrollIntoView({ block: "nearest" });
  }

  #choiceButton(choice, answer) {
    const button = element("button", { type: "button", dir: "auto" }, choice);
    button.addEventListener("click", () => this.#answer(answer, choice));
    return button;
  }

  // An empty answer takes what stands in brackets.
  #drawDefault(preset) {
    const button = byId("default");
    button.hidden = false;
    button.textContent = `As it is: ${preset}`;
    button.onclick = () => this.#answer("", preset);
  }

  #refuse(text) {
    byId("answer-refusal").textContent = text;
    byId("answer").toggleAttribute("aria-invalid", text !== "");
  }

  #tell(text, look) {
    if (typeof text !== "string" || text === "") return;
    byId("prompt-log").append(ownElement(text, look));
    const box = byId("prompt-scroll");
    box.scrollTop = box.scrollHeight;
  }

  #setEnabled(isEnabled) {
    for (const control of byId("question").querySelectorAll("button, input")) control.disabled = !isEnabled;
  }

  #drawStatus(text) {
    byId("prompt-status").textContent = text;
    byId("prompt-status").hidden = text === "";
  }
}
