// LineField: "Type your message here": Enter sends, Shift+Enter makes another line; it offers completions (Tab, arrows, Escape), calls
// back what was sent before (Up in an empty field), and keeps what is half typed over a reload.

import { completionsOf, holdsSecret } from "./commands.js";
import { element } from "./elements.js";

const TYPED_LINES_MAX = 100; // that Up calls back
const OFFERED_MAX = 8; // completions at once

export class LineField {
  #field;
  #offers; // the list of completions
  #count; // says how many there are, to who does not see them
  #events; // {onSend(text) → what was not taken, names(), rooms(), onTyped(text)}
  #completions = [];
  #chosen = -1;
  #typed = [];
  #back = 0; // how far Up has gone

  constructor(form, field, offers, count, events) {
    this.#field = field;
    this.#offers = offers;
    this.#count = count;
    this.#events = events;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    field.addEventListener("keydown", (event) => this.#onKey(event));
    field.addEventListener("input", () => this.#onInput());
    field.addEventListener("blur", () => this.#closeOffers());
  }

  focus() {
    this.#field.focus();
  }

  get text() {
    return this.#field.value;
  }

  set text(text) {
    this.#field.value = text;
    this.#fit();
    this.#events.onTyped(text);
  }

  #submit() {
    const text = this.#field.value;
    if (text.trim() === "") return;
    this.#closeOffers();
    if (!holdsSecret(text)) this.#typed = [...this.#typed.filter((each) => each !== text), text].slice(-TYPED_LINES_MAX);
    this.#back = 0;
    this.text = this.#events.onSend(text);
    this.focus();
  }

  #onKey(event) {
    if (event.isComposing) return; // an input method's Enter ends a word, not the line
    const isOpen = this.#completions.length > 0;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (this.#chosen >= 0) this.#take(this.#chosen);
      else this.#submit();
    } else if (event.key === "Tab" && !event.shiftKey && isOpen) {
      event.preventDefault();
      this.#take(Math.max(this.#chosen, 0));
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      this.#closeOffers();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && isOpen) {
      event.preventDefault();
      const count = this.#completions.length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#choose(this.#chosen < 0 && step < 0 ? count - 1 : (this.#chosen + step + count) % count);
    } else if (event.key === "ArrowUp" && (this.#field.value === "" || this.#back > 0) && this.#back < this.#typed.length) {
      event.preventDefault();
      this.#back += 1;
      this.text = this.#typed.at(-this.#back);
    } else if (event.key === "ArrowDown" && this.#back > 0) {
      event.preventDefault();
      this.#back -= 1;
      this.text = this.#back === 0 ? "" : this.#typed.at(-this.#back);
    }
  }

  #onInput() {
    this.#back = 0;
    this.#fit();
    this.#events.onTyped(this.#field.value);
    const before = this.#before();
    const isWorthIt = before.startsWith("/") || /(^|\s)@\S+$/u.test(before) || /^\S{2,}$/u.test(before);
    const found = isWorthIt ? completionsOf(before, this.#events.names(), this.#events.rooms()) : [];
    this.#offer(found.slice(0, OFFERED_MAX));
  }

  #before() {
    return this.#field.value.slice(0, this.#field.selectionStart);
  }

  #offer(completions) {
    this.#completions = completions;
    this.#chosen = -1;
    const items = completions.map((each, at) => {
      const item = element("li", { id: `offer-${at}`, role: "option", "aria-selected": "false" }, element("b", { dir: "auto" }, each.text.trim()), " ", element("span", {}, each.hint));
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault(); // the field keeps the focus
        this.#take(at);
      });
      return item;
    });
    this.#offers.replaceChildren(...items);
    this.#offers.hidden = items.length === 0;
    this.#count.textContent = items.length > 0 ? `${items.length} completions: Tab takes the first, arrows choose` : "";
    this.#field.removeAttribute("aria-activedescendant");
  }

  #closeOffers() {
    if (this.#completions.length > 0) this.#offer([]);
  }

  #choose(at) {
    this.#chosen = at;
    for (const [index, item] of [...this.#offers.children].entries()) item.setAttribute("aria-selected", String(index === at));
    this.#field.setAttribute("aria-activedescendant", `offer-${at}`);
  }

  #take(at) {
    const before = this.#before();
    const kept = before.slice(0, before.length - /\S*$/u.exec(before)[0].length);
    const { text } = this.#completions[at];
    const after = this.#field.value.slice(this.#field.selectionStart);
    this.#closeOffers();
    this.text = kept + text + after;
    this.#field.setSelectionRange(kept.length + text.length, kept.length + text.length);
  }

  // As high as its text, up to what the stylesheet allows.
  #fit() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}
