"""Reads WordNet's nouns: their words, their glosses, and what each is a kind of."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

# Lexicographer files of things that a photograph can show (man wnlex): animal, artifact, body, food, object, person, phenomenon, plant,
# substance.
VISIBLE = {5, 6, 8, 13, 17, 18, 19, 20, 27}


@dataclass(frozen=True)
class Synset:
    words: tuple
    gloss: str
    parents: tuple
    visible: bool


class WordNet:
    """All noun synsets by their offset, and the senses of each word, the commonest first."""

    def __init__(self, folder: Path):
        self.synsets, self.senses = {}, defaultdict(list)
        for line in (folder / "data.noun").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                continue  # the licence
            data, gloss = line.split(" | ", 1)
            fields = data.split()
            count = int(fields[3], 16)
            words = tuple(fields[4 + 2 * place].replace("_", " ") for place in range(count))
            start = 4 + 2 * count
            pointers = [fields[start + 1 + 4 * place : start + 5 + 4 * place] for place in range(int(fields[start]))]
            # "@" is "kind of", "@i" "instance of".
            parents = tuple(offset for sign, offset, kind, _ in pointers if sign in ("@", "@i") and kind == "n")
            self.synsets[fields[0]] = Synset(words, gloss.strip(), parents, int(fields[1]) in VISIBLE)
        for line in (folder / "index.noun").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                continue
            fields = line.split()
            senses = fields[-int(fields[2]) :]
            self.senses[fields[0].replace("_", " ")] = [offset for offset in senses if offset in self.synsets]

    def ancestors(self, offset):
        """The synset itself and all that it is a kind of, each with how many steps up it is."""
        found, level, steps = {}, [offset], 0
        while level:
            found |= {one: steps for one in level}
            level = [up for one in level for up in self.synsets[one].parents if up not in found]
            steps += 1
        return found
