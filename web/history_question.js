// HistoryQuestion: the page's own question for earlier lines of a room, one at a time; they come before the sentence that ends them.

const LINES = 50; // at once, by scrolling up
const REFUSALS = ["not-kept", "usage", "too-many", "no-answer"];

export class HistoryQuestion {
  room = ""; // of which earlier lines are awaited; "": none
  #before = 0;

  // Returns the command for lines of before number `before`, or the last ones (null).
  ask(room, before) {
    this.room = room;
    this.#before = before ?? Infinity;
    return before === null ? `/history ${LINES}` : `/history ${LINES} before ${before}`;
  }

  hasLine(message) {
    return this.room !== "" && message.room === this.room && message.id < this.#before;
  }

  isEndedBy(notice) {
    return this.room !== "" && /^-- (earlier ones: .*|that is all|nothing was said in .*) --$/u.test(notice);
  }

  isRefusedBy(code) {
    return this.room !== "" && REFUSALS.includes(code);
  }

  // Returns the room that it was about.
  end() {
    const { room } = this;
    this.room = "";
    return room;
  }
}
