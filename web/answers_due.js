// AnswersDue: which answers to what the page asked by itself, on coming in, are still to come.

export class AnswersDue {
  token = false;
  echo = false;
  topic = false;
  roomList = false;
  rooms = new Set(); // whose /who is not answered
  focuses = 0;

  // Nothing of it is needed any more to know where one is and what was missed.
  get areGiven() {
    return !this.token && !this.echo && !this.roomList && this.rooms.size === 0;
  }
}
