// Side: the rooms that one is in, with how much is unread, and the people of the room in focus.

import { byId, element } from "./elements.js";
import { nameOf } from "./phrasing.js";

export class Side {
  #events; // {onRoom(room), onPerson(name), onJoin(room), onLeave(room)}

  constructor(events) {
    this.#events = events;
    byId("join").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = byId("join-room");
      if (field.value.trim() !== "") events.onJoin(field.value.trim());
      field.value = "";
    });
  }

  // `unread`: room → {count, isForMe}
  draw(book, unread) {
    const rooms = book.rooms().map((room) => this.#roomItem(room, book, unread.get(room)));
    this.#replace(byId("rooms"), rooms);
    const names = book.names(book.focus);
    const people = names.map((name) => this.#personItem(name, book));
    const more = book.more(book.focus);
    if (more > 0) people.push(element("li", { className: "more" }, `and ${more} more`));
    this.#replace(byId("people"), people);
    byId("people-count").textContent = String(names.length + more);
  }

  // What is as it was stays: a button that was made anew between pressing and letting go is not clicked. Else the focus stays where it
  // was, by name.
  #replace(list, items) {
    const isSame = items.length === list.children.length && items.every((item, at) => item.isEqualNode(list.children[at]));
    if (isSame) return;
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    list.replaceChildren(...items);
    if (focused === null) return;
    const again = [...list.querySelectorAll("button")].find((button) => button.dataset.name === focused);
    again?.focus();
  }

  #roomItem(room, book, unread) {
    const isHere = room === book.focus;
    const button = element("button", { type: "button", className: "room" }, element("bdi", {}, room));
    button.dataset.name = room;
    if (isHere) button.setAttribute("aria-current", "true");
    if (unread && !isHere) {
      const mark = element("span", { className: unread.isForMe ? "count for-me" : "count" }, String(unread.count));
      button.append(" ", mark, element("span", { className: "unseen" }, unread.isForMe ? " new, one with your name" : " new"));
    }
    button.addEventListener("click", () => this.#events.onRoom(room));
    const item = element("li", {}, button);
    if (book.rooms().length > 1) {
      const leave = element("button", { type: "button", className: "leave", "aria-label": `Leave ${room}`, title: `Leave ${room}` }, "×");
      leave.dataset.name = `leave ${room}`;
      leave.addEventListener("click", () => this.#events.onLeave(room));
      item.append(leave);
    }
    return item;
  }

  #personItem(name, book) {
    const isMe = name === book.myName;
    const button = element("button", { type: "button", className: "person", title: isMe ? "You" : `Write to ${name} alone` }, nameOf(name));
    button.dataset.name = name;
    if (book.isOperator(book.focus, name)) button.append(" ", element("span", { className: "mark", title: "Operator of this room" }, "@"), element("span", { className: "unseen" }, " operator"));
    if (isMe) button.append(" ", element("span", { className: "mark" }, "you"));
    button.addEventListener("click", () => this.#events.onPerson(name));
    return element("li", {}, button);
  }
}
