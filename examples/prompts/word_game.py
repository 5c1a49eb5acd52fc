#!/usr/bin/env python3
"""The program behind word_game.toml: it thinks of a word of five letters and tells which letters of a guess are right."""

import json
import random
import sys

WORDS = "apple beach chair drift eagle flame grape house igloo jelly knife lemon mango night ocean piano queen river stone table".split()
GUESSES = 6


def marks(word, guess):
    """A + for a letter in its place, a ? for one that is elsewhere, a . for one that is not there."""
    left = [letter for letter, guessed in zip(word, guess) if letter != guessed]
    found = ""
    for letter, guessed in zip(word, guess):
        if letter == guessed:
            found += "+"
        elif guessed in left:
            left.remove(guessed)
            found += "?"
        else:
            found += "."
    return found


def reply(game, guess):
    guess = guess.lower()
    if len(guess) != 5 or not guess.isalpha():
        return {"say": "Five letters, please.", "ask": "guess"}
    game["guesses"] += 1
    if guess == game["word"]:
        return {"say": f"+++++  {guess} it is!", "points": GUESSES + 1 - game["guesses"], "end": True}
    if game["guesses"] == GUESSES:
        return {"say": f"It was {game['word']}.", "end": True}
    return {"say": f"{marks(game['word'], guess)}  ({GUESSES - game['guesses']} more)", "ask": "guess"}


games = {}  # one program plays with all
for line in sys.stdin:
    given = json.loads(line)
    session = given["session"]
    game = games.setdefault(session, {"word": random.choice(WORDS), "guesses": 0})
    said = reply(game, given["answer"])
    if said.get("end"):
        del games[session]
    print(json.dumps({"session": session, **said}), flush=True)
