"""Room: the lobby of a chat server that asks for names, as its members live it."""

GREETING = "Greetings from the grotto! Type your name and press enter."
EMPTY = "The room is empty."
YOUR_LINES = "You are in {} now, and your lines go there."


def welcome(name):
    return f"Welcome {name}! Type /quit, exit or {{quit}} to leave, /help for more."


def joined(name):
    return f"{name} has joined the chat!"


def left(name):
    return f"{name} has left the chat."


def users(names):
    return "Connected users: " + " ".join(names) if names else EMPTY


def founds(peer, name, *, password=""):
    peer.says(f"/join {name} {password}".strip())
    peer.hears(f"You founded the room {name} and are its operator.", "Nobody else is here.")


def enters(peer, name, *others, password=""):
    """Goes to a room in which `others` are (an @ before the operator)."""
    peer.says(f"/join {name} {password}".strip())
    peer.hears(YOUR_LINES.format(name), "Also here: " + " ".join(others) if others else "Nobody else is here.")


def refused(peer, line, code):
    """`line` is answered with one sentence that ends in the code."""
    peer.says(line)
    answer = peer.next_line()
    assert answer.endswith(f" [{code}]"), answer
    return answer


class Room:
    def __init__(self, server):
        self.server = server
        self.members = {}  # name → peer, in the order of joining

    def enters(self, name, peer=None, index=0):
        """Somebody connects and gives a name; all who are there hear it."""
        peer = peer or self.server.connect(name, index)
        peer.label = name
        peer.says(name)
        peer.hears(GREETING, welcome(name), users(self.members))
        self.hear_all(joined(name))
        self.members[name] = peer
        return peer

    def enter(self, *names):
        return [self.enters(name) for name in names]

    def leaves(self, name, how=None):
        """`how(peer)` makes the member leave (default: it closes); the others hear it."""
        peer = self.members.pop(name)
        how(peer) if how else peer.closes()
        self.hear_all(left(name))
        return peer

    def hear_all(self, *lines, but=None):
        for member in self.members.values():
            if member is not but:
                member.hears(*lines)

    def renamed(self, old, new):
        self.members = {new if name == old else name: peer for name, peer in self.members.items()}
