"""What the model is taught: ImageNet's classes with their names, the groups that WordNet puts them in, and its other nouns."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import timm
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from wordnet import WordNet

# A group of more classes than this says little: "artifact", "whole".
LARGEST_GROUP = 300


@dataclass
class Taught:
    """The classes in the order of the classifier's rows.

    `names[i]` are a class's names, CLIP's first; `synsets[i]` is its place in WordNet; `groups` has the classes below each synset
    above them.
    """

    names: list
    synsets: list
    groups: dict
    wordnet: WordNet = field(repr=False)

    def group_names(self, offset):
        """The words that mean this group before they mean anything else that is known."""
        words = []
        for word in self.wordnet.synsets[offset].words:
            known = [sense for sense in self.wordnet.senses.get(word.lower(), ()) if sense in self.groups]
            if known and known[0] == offset:
                words.append(word)
        return words


def read(dictionary: Path) -> Taught:
    """Joins timm's list of ImageNet's synsets with WordNet 3.1 in `dictionary`, whose offsets are others: by lemmas and glosses."""
    wordnet = WordNet(dictionary)
    info = Path(timm.__file__).parent / "data/_info"
    ids = (info / "imagenet_synsets.txt").read_text().split()
    lemmas = _columns(info / "imagenet_synset_to_lemma.txt")
    glosses = _columns(info / "imagenet_synset_to_definition.txt")
    names, synsets = [], []
    for name, key in zip(IMAGENET_CLASSNAMES, ids, strict=True):
        words = lemmas[key].split(", ")
        synsets.append(_find(wordnet, words, glosses[key]))
        names.append([name, *(word for word in words if word.lower() != name.lower())])
    groups = {}
    for place, offset in enumerate(synsets):
        for above in wordnet.ancestors(offset):
            groups.setdefault(above, []).append(place)
    groups = {offset: places for offset, places in groups.items() if len(places) <= LARGEST_GROUP}
    return Taught(names, synsets, groups, wordnet)


def _columns(file):
    return dict(line.split("\t", 1) for line in file.read_text().splitlines() if "\t" in line)


def _find(wordnet, words, gloss):
    """The synset that shares most words and most of its gloss."""
    wanted, score = set(re.findall("[a-z]+", gloss.lower())), {}
    for word in words:
        for offset in wordnet.senses.get(word.lower(), ()):
            score[offset] = score.get(offset, 0) + 1
    if not score:
        raise LookupError(f"WordNet has none of {words}")

    def likeness(offset):
        found = set(re.findall("[a-z]+", wordnet.synsets[offset].gloss.lower()))
        return score[offset] + 2 * len(wanted & found) / (1 + len(wanted | found))

    return max(score, key=likeness)
