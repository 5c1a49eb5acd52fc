"""Accounts as people use them: registering, coming in with a password, being an operator."""

from support.room import GREETING, welcome

VISIBLE = " (It can be seen as you type it; in a telnet client, type /telnet first.)"
CHOOSE = "Type a password, of 6 to 128 bytes:" + VISIBLE
AGAIN = "The same once more:"
NAME = "What is your name?"


def asks_password(name):
    return f"The name {name} belongs to an account. Its password:{VISIBLE}"


def logged_in(name, *, operator=False):
    return f"You are logged in as {name}{', and an operator of this server' if operator else ''}."


def registers(peer, name, password="sesame 1", *, kept=True, operator=False):
    peer.says(f"/register {password}")
    peer.hears(
        f"{name} is your account now{'' if kept else ', until the server stops: it keeps no accounts'}.",
        logged_in(name, operator=operator),
    )


def comes_in(server, name, password="sesame 1", *, operator=False, **how):
    """Somebody with an account connects; returns the peer, which has still to read who is there."""
    peer = server.connect(name, **how)
    peer.says(name)
    peer.hears(GREETING, asks_password(name))
    peer.says(password)
    peer.hears(welcome(name), logged_in(name, operator=operator))
    return peer


def operator_enters(room, name="olatz"):
    """An operator of the server (started with --operator NAME and --store none) is in the room."""
    peer = room.server.connect(name)
    peer.label = name
    peer.says(name)
    peer.hears(GREETING, welcome(name))
    peer.next_line()  # who is there
    peer.hears("This is an operator's name: /register it, and you are one.")
    room.hear_all(f"{name} has joined the chat!")
    registers(peer, name, kept=False, operator=True)
    room.members[name] = peer
    return peer
