"""Coming back after a dropped connection."""

from support.room import GREETING
from support.waiting import wait_until

REPLACED = "You came back by another connection. Goodbye! [replaced]"


def asks_for_token(peer):
    peer.says("/resume")
    return peer.hears_like(r"^Your token is (\S+)\. If your connection drops, connect again and type /resume \1$")[1]


def is_seen_away(peer, name):
    """The server knows that `name` has dropped: /who lists him no more."""

    def lists_nobody():
        peer.says("/who")
        return name not in peer.next_line().split()

    wait_until(lists_nobody, f"{name} to be away")


def comes_back(server, token, name, focus="lobby", *positions):
    """Connects anew; the peer reads what it has missed next."""
    peer = server.connect(name)
    peer.label = name
    peer.says(" ".join(["/resume", token, *positions]))
    peer.hears(GREETING, f"Welcome back {name}!")
    peer.hears_like(rf"^Your lines go to {focus}[.;]")
    return peer


def drops(peer):
    """Is reset. Before that it says something, which acknowledges what it has read: else the server had to repeat it."""
    peer.says("/time")
    peer.hears_like("^/time is (on|off)")
    peer.resets()
