"""Collects phrases for things that are never drawn, so that training can teach the model to score them low."""

import json
import re
from pathlib import Path

from concepts import COLOURS, CONCEPTS, SHAPES, WORDS


def strangers(annotations: Path) -> list[str]:
    """Names of emoji, from Unicode's English annotations, that share no word with anything we teach."""
    entries = json.loads(annotations.read_text())["annotations"]["annotations"]
    ours = {emoji for concept in CONCEPTS for emoji in concept.emoji}
    taught = {word for concept in CONCEPTS for name in concept.names for word in _words(name)}
    taught |= {*WORDS, *COLOURS, *SHAPES}
    for emoji in ours & set(entries):
        taught |= {word for phrase in entries[emoji]["default"] for word in _words(phrase)}
    phrases = set()
    for emoji, entry in entries.items():
        for phrase in entry.get("tts", []) + entry.get("default", []):
            words = _words(phrase)
            if 0 < len(words) <= 3 and not taught & {w.removesuffix("s") for w in words} and not taught & set(words):
                phrases.add(" ".join(words))
    return sorted(phrases)


def _words(phrase):
    return re.findall(r"[a-z]+", phrase.lower())
