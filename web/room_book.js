// RoomBook: what the page knows of its rooms: who is in them, which line of each was read last, where one's lines go, and who one is.
// All of it is learned from the server's objects (docs/protocol.md); the twin of tools/client/chat/room_book.

export class RoomBook {
  myName = "";
  focus = "";
  #rooms = new Map(); // name → {names, operators, more, lastRead, wasEmpty, topic}
  #lostRooms = []; // the one in focus last

  // Takes in what a message says. Returns whether it is a line of a room of before one came ("earlier") or of now ("fresh").
  take(message) {
    const age = this.#ageOf(message);
    const isOfRoom = message.id !== undefined;
    if (message.type === "names") this.#takeNames(message);
    else if (message.type === "topic") this.#takeTopic(message);
    else if (message.type === "notice" && !isOfRoom) this.#takeNotice(message.text);
    else if (isOfRoom && age === "fresh") this.#takePeople(message);
    return age;
  }

  #ageOf(message) {
    if (message.id === undefined) return "fresh";
    const room = this.#room(message.room);
    if (room.lastRead !== null && message.id <= room.lastRead) return "earlier";
    room.lastRead = message.id;
    return "fresh";
  }

  #room(name) {
    let room = this.#rooms.get(name);
    if (!room) {
      room = { names: [], operators: new Set(), more: 0, lastRead: null, wasEmpty: false, topic: "" };
      this.#rooms.set(name, room);
    }
    return room;
  }

  #takeNames(message) {
    const isComingIn = message.next !== undefined;
    // The answer to /who may be of a room that one is not in.
    if (!isComingIn && !this.#rooms.has(message.room) && message.room !== this.focus) return;
    const room = this.#room(message.room);
    room.names = [...message.names];
    room.operators = new Set(message.operators);
    room.more = message.more;
    if (!isComingIn) return this.#takeHead(room, message.head);
    this.focus = message.room;
    room.wasEmpty = message.next === 0;
    if (message.next > 0) room.lastRead = Math.max(room.lastRead ?? 0, message.next - 1);
  }

  // After a reload of the page it is not known what was read of a room; history has it.
  #takeHead(room, head) {
    if (room.lastRead === null && !room.wasEmpty && head > 0) room.lastRead = head - 1;
  }

  #takeTopic(message) {
    const room = this.#rooms.get(message.room);
    if (room) room.topic = message.topic;
  }

  #takePeople(message) {
    const room = this.#room(message.room);
    const without = (name) => room.names.filter((each) => each !== name);
    if (message.type === "join") {
      room.names = [...without(message.from), message.from];
    } else if (message.type === "leave") {
      room.operators.delete(message.from);
      if (message.from === this.myName) this.#rooms.delete(message.room);
      else room.names = without(message.from);
    } else if (message.type === "nick") {
      if (message.from === this.myName) this.myName = message.to;
      room.names = room.names.map((name) => (name === message.from ? message.to : name));
      if (room.operators.delete(message.from)) room.operators.add(message.to);
    } else if (message.type === "notice") {
      room.more = Math.max(0, room.more + (message.joined ?? 0) - (message.left ?? 0)); // many at once, told without names
      const operator = /^(\S+) is the operator of this room now\.$/u.exec(message.text);
      if (operator) room.operators.add(operator[1]);
    }
  }

  // No key of the protocol tells these; where a later server words them otherwise, the sides are less exact and nothing else.
  #takeNotice(text) {
    const name = /^(?:Welcome back |Welcome )(\S+?)!/u.exec(text) ?? /^You are now known as (\S+?)\.?$/u.exec(text);
    if (name && text !== "Welcome back! ") this.myName = name[1];
    const left = /^You left ([^\s;]+);/u.exec(text);
    if (left) this.#rooms.delete(left[1]);
    const focus = /our lines go to ([^\s;]+?)[;.]?(?:\s|$)/u.exec(text) ?? /^You are in ([^\s;,]+?)(?:[;,.]|\s|$)/u.exec(text);
    if (focus) this.focus = focus[1];
    const others = /you are also in (.+)\.$/u.exec(text);
    if (focus && others) for (const room of [focus[1], ...others[1].split(", ")]) this.#room(room);
    else if (text.startsWith("Your lines go to ")) this.#room(this.focus);
  }

  // Whether one is out of a room by this notice, which does not tell where one's lines go from then on.
  takeExpulsion(notice) {
    const [, room] = /^You were (?:kicked out of|banned from) (\S+) by .* \[(?:kicked|banned)\]$/u.exec(notice) ?? [];
    if (room === undefined || this.#rooms.size < 2 || !this.#rooms.delete(room)) return false;
    if (this.focus === room) this.focus = this.rooms().at(-1); // for the eye, until it is known
    return true;
  }

  // Of what some commands do the room is told, who typed them too, and nobody else answers: /topic, /lock.
  isOwnDeed(message, age) {
    const isMine = message.from === this.myName || message.text?.startsWith(`${this.myName} `);
    return isMine && age === "fresh" && ["topic", "notice"].includes(message.type);
  }

  rooms() {
    return [...this.#rooms.keys()];
  }

  names(room) {
    return this.#rooms.get(room)?.names ?? [];
  }

  isOperator(room, name) {
    return this.#rooms.get(room)?.operators.has(name) ?? false;
  }

  // People whose names were not told.
  more(room) {
    return this.#rooms.get(room)?.more ?? 0;
  }

  topic(room) {
    return this.#rooms.get(room)?.topic ?? "";
  }

  // Everybody else whose name is known, in order of the alphabet.
  allNames() {
    const all = new Set([...this.#rooms.values()].flatMap((room) => room.names));
    all.delete(this.myName);
    return [...all].sort((one, other) => one.localeCompare(other));
  }

  hasReadTo(room, head) {
    return head === 0 || (this.#rooms.get(room)?.lastRead ?? -1) + 1 >= head;
  }

  // For /resume: " lobby=41 cave=7". In a room where nothing had been said yet, line 0 is one's own coming in.
  positions() {
    const known = [...this.#rooms].filter(([, room]) => room.lastRead !== null || room.wasEmpty);
    return known.map(([name, room]) => ` ${name}=${room.lastRead ?? 0}`).join("");
  }

  // The session could not be resumed: after coming in everybody is in the lobby.
  loseRooms() {
    this.#lostRooms = this.rooms().filter((room) => room !== this.focus);
    if (this.focus !== "") this.#lostRooms.push(this.focus);
    this.beginAnew();
  }

  // The commands that lead into the rooms that were lost.
  takeWayBack() {
    const commands = this.#lostRooms.filter((room) => room !== "lobby").map((room) => `/join ${room}`);
    if (commands.length > 0 && this.#lostRooms.at(-1) === "lobby") commands.push("/focus lobby");
    this.#lostRooms = [];
    return commands;
  }

  // A new session begins: rooms are told anew.
  beginAnew() {
    this.#rooms.clear();
    this.focus = "";
  }
}
