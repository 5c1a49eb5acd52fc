"""Coming back after a dropped connection."""

from support.room import GREETING

REPLACED = "You came back by another connection. Goodbye! [replaced]"


def asks_for_token(peer):
    peer.says("/resume")
    return peer.hears_like(r"^Your token is (\S+)\. If your connection drops, connect again and type /resume \1$")[1]


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
