// AnswersDue: which answers to what the page asked by itself are still to come. No key of the protocol tells them from others; where a
// later server words them otherwise, they are shown and nothing else.

export class AnswersDue {
  token = false;
  echo = false;
  topic = false;
  roomList = false; // which rooms one is in, after coming back
  rooms = new Set(); // whose /who is not answered
  focuses = 0;

  // Nothing of it is needed any more to know where one is and what was missed.
  get areGiven() {
    return !this.token && !this.echo && !this.roomList && this.rooms.size === 0;
  }

  // What this notice answers: token, echo, focus or roomList, which is not due any more; "" if nothing.
  take(notice) {
    if (this.token && notice.startsWith("Your token is ")) {
      this.token = false;
      return "token";
    }
    if (this.echo && (notice.startsWith("You will read your own lines") || notice.startsWith("/echo is on"))) {
      this.echo = false;
      return "echo";
    }
    if (!notice.startsWith("Your lines go to ")) return "";
    if (this.focuses > 0) {
      this.focuses -= 1;
      return "focus";
    }
    const isRoomList = this.roomList;
    this.roomList = false;
    return isRoomList ? "roomList" : "";
  }
}

// The token that such a notice gives, or "".
export function tokenOf(notice) {
  return /^Your token is ([A-Za-z0-9_-]{22})\./u.exec(notice)?.[1] ?? "";
}
