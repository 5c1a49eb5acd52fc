// Entry: the panel that asks for a name or a password, over the rest of the page, and shows what the server says to it.

import { byId } from "./elements.js";

// The greeting is worded for a terminal.
const OWN_WORDS = { name: "What is your name?" };
const FOR_TERMINALS = / \(It can be seen as you type it;[^)]*\)/u;

export class Entry {
  #panel = byId("entry");
  #field = byId("entry-field");
  #events; // {onAnswer(text)}

  constructor(events) {
    this.#events = events;
    byId("entry-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#onSubmit();
    });
    byId("entry-cancel").addEventListener("click", () => this.#events.onAnswer("")); // an empty answer changes nothing
  }

  suggest(name) {
    if (this.#field.value === "") this.#field.value = name;
  }

  ask(asks, text) {
    this.#setQuestion(asks, text);
    this.#setBusy(false);
    this.show();
  }

  #setQuestion(asks, text) {
    const isPassword = asks.includes("password");
    byId("entry-label").textContent = OWN_WORDS[asks] ?? text.replace(FOR_TERMINALS, "");
    if (isPassword || this.#field.type === "password") this.#field.value = "";
    this.#field.type = isPassword ? "password" : "text";
    this.#field.autocomplete = isPassword ? "current-password" : "username";
    byId("entry-cancel").hidden = asks === "name";
  }

  // The next question follows, and lets the person answer again.
  refuse(text) {
    byId("entry-refusal").textContent = text;
    this.#field.setAttribute("aria-invalid", "true");
    this.#field.select();
  }

  // Whatever was answered, no answer to it comes any more. A name can be typed for the next connection; a password would be taken for one.
  allow() {
    this.#setBusy(this.#field.type === "password");
  }

  // Told in passing: what is waited for.
  tell(text) {
    byId("entry-told").textContent = text;
  }

  show() {
    if (!this.#panel.hidden && document.activeElement === this.#field) return;
    this.#panel.hidden = false;
    this.#field.focus();
    this.#field.select();
  }

  hide() {
    this.#panel.hidden = true;
    this.#field.value = "";
    this.#clear();
    this.#setQuestion("name", ""); // shown again, it asks for that, and takes it at once
    this.#setBusy(false);
    this.tell("");
  }

  get isShown() {
    return !this.#panel.hidden;
  }

  #onSubmit() {
    const text = this.#field.type === "password" ? this.#field.value : this.#field.value.trim();
    if (text === "" && this.#field.type !== "password") return this.#field.focus();
    this.#clear();
    this.#setBusy(true);
    this.#events.onAnswer(text);
  }

  #clear() {
    byId("entry-refusal").textContent = "";
    this.#field.removeAttribute("aria-invalid");
  }

  // One answer at a time; the field stays, so that the focus does.
  #setBusy(isBusy) {
    byId("entry-send").disabled = isBusy;
    byId("entry-send").textContent = isBusy ? "…" : "Enter";
  }
}
