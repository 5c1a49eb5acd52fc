"""Fifty people in five rooms who come, go, drop out, come back and talk at random: everybody reads exactly what was due, in
each room's one order."""

import random

from support.resume import REPLACED, asks_for_token, comes_back, drops
from support.room import Room
from support.seed import random_seed

PEOPLE, ROOMS, ROUNDS, LINES = 50, 5, 12, 40


class Somebody:
    def __init__(self, name, peer):
        self.name, self.peer = name, peer
        self.rooms = ["lobby"]  # by when they were last in focus; the last is
        self.token = asks_for_token(peer)
        self.old = None  # a connection that hangs

    @property
    def focus(self):
        return self.rooms[-1]

    def closes(self):
        self.peer.closes()

    def drops(self):
        drops(self.peer)

    def hangs(self):
        """Its old connection goes on taking lines until the new one is there."""
        self.old = self.peer

    def comes_back(self, server):
        self.peer = comes_back(server, self.token, self.name, self.focus)

    def hears_lines(self, count):
        lines = []
        if self.old is not None:
            lines = self.old.lines_until(REPLACED)
            self.old = None
        return lines + [self.peer.next_line() for _ in range(count - len(lines))]

    def sees(self, room, line):
        """How `line` of `room` looks to it."""
        return line if room == self.focus else f"[{room}] {line}"


class World:
    def __init__(self, room, rng):
        self.rng = rng
        self.server = room.server
        names = [f"p{number}" for number in range(PEOPLE)]
        self.people = [Somebody(name, peer) for name, peer in zip(names, room.enter(*names))]
        self.members = {"lobby": list(self.people)} | {f"r{number}": [] for number in range(ROOMS - 1)}  # in order of joining
        self.operators = {}
        self.said = 0

    def tell(self, room, line):
        for each in self.members[room]:
            each.peer.hears(each.sees(room, line))

    def moves(self, who):
        """Joins a room, leaves one or turns to another."""
        elsewhere = [room for room in self.members if room not in who.rooms]
        choice = self.rng.random()
        if choice < 0.5 and elsewhere:
            self.joins(who, self.rng.choice(elsewhere))
        elif choice < 0.8 and len(who.rooms) > 1:
            self.leaves(who, self.rng.choice(who.rooms))
        else:
            self.turns(who, self.rng.choice(who.rooms))

    def joins(self, who, room):
        is_new = room != "lobby" and not self.members[room]
        who.peer.says(f"/join {room}")
        who.peer.hears_like(f"You founded the room {room} " if is_new else f"You are in {room} now")
        who.peer.hears_like("^Also here: |^Nobody else")
        self.tell(room, f"{who.name} has joined the room.")
        who.rooms.append(room)
        self.members[room].append(who)
        if is_new:
            self.operators[room] = who

    def leaves(self, who, room):
        who.rooms.remove(room)
        self.members[room].remove(who)
        who.peer.says(f"/leave {room}")
        who.peer.hears(f"You left {room}; your lines go to {who.focus}.")
        self.tell(room, f"{who.name} has left the room.")
        if self.operators.get(room) is who:
            del self.operators[room]
            if self.members[room]:
                heir = self.operators[room] = self.members[room][0]
                self.tell(room, f"{heir.name} is the operator of this room now.")

    def turns(self, who, room):
        who.rooms.remove(room)
        who.rooms.append(room)
        who.peer.says(f"/focus {room}")
        who.peer.hears_like(f"^Your lines go to {room}")

    def talk(self):
        """Many say lines at once; each that is due is read once, in one order per room."""
        due = {each: [] for each in self.people}
        absent = self.rng.sample(self.people, 8)
        for who in absent:
            self.rng.choice([Somebody.closes, Somebody.drops, Somebody.hangs])(who)
        present = [each for each in self.people if each not in absent]
        for _ in range(LINES):
            who = self.rng.choice(present)
            self.said += 1
            who.peer.says(f"line {self.said}")
            line = f"{who.name}: line {self.said}"
            for each in self.members[who.focus]:
                if each is not who:
                    due[each].append((who.focus, line))
        for who in absent:
            who.comes_back(self.server)
            for room in who.rooms:  # where he is the last who came now
                self.members[room].remove(who)
                self.members[room].append(who)
        orders = {}
        for each, lines in due.items():
            heard = each.hears_lines(len(lines))
            assert sorted(heard) == sorted(each.sees(room, line) for room, line in lines), each.name
            for room in each.rooms:
                shown = {each.sees(room, line): line for where, line in lines if where == room}
                order = [shown[line] for line in heard if line in shown]
                orders.setdefault(room, []).append(order)
        for room, seen in orders.items():
            self.is_one_order(room, seen)

    def is_one_order(self, room, seen):
        longest = max(seen, key=len)
        # Who spoke does not read its own lines: the others' order of what both read is the same.
        for order in seen:
            both = set(order) & set(longest)
            assert [line for line in order if line in both] == [line for line in longest if line in both], room


def test_everybody_reads_what_is_due_and_nothing_else(grottod):
    rng = random.Random(random_seed())
    room = Room(grottod("chat", "--rate", "off", "--history", 0))
    world = World(room, rng)
    for _ in range(ROUNDS):
        for _ in range(10):
            world.moves(rng.choice(world.people))
        world.talk()
    for somebody in world.people:
        somebody.peer.says("/focus")
        somebody.peer.hears_like("^Your lines go to ")  # and nothing came before it
