"""The lessons: every phrase that is taught, its target, how often it is asked, and which class it names."""

import gzip
import random
from dataclasses import dataclass
from importlib import resources

import numpy as np

from taught import Taught
from teacher import Nouns, group_targets, unit

# Shares of a batch: names of classes, names of groups, all other nouns.
SHARES = {"class": 0.45, "group": 0.2, "noun": 0.35}
# Names of a class behind its first count less.
OTHER_NAME = 0.6
HELD_CLASSES = 100
LONGEST_NOUN = 32
# Nouns are taught where people say them: by the place of their rarest word in CLIP's vocabulary, which is ordered by frequency. What cannot
# be seen must be commoner.
KNOWN, COMMON = 50000, 8000

# What people mean by a word where WordNet or CLIP's names mean less, or nothing: classes by CLIP's names, or a group.
EVERYDAY = {
    "husky": ["Siberian Husky"],
    "puppy": "dog",
    "pup": "dog",
    "kitten": "cat",
    "kitty": "cat",
    "bunny": "rabbit",
    "coffee": ["espresso", "coffee mug"],
    "sofa": ["couch"],
    "tv": ["television"],
    "smartphone": ["mobile phone"],
    "cell phone": ["mobile phone"],
    "burger": ["cheeseburger"],
    "glasses": ["sunglasses"],
}
# They are said more often than a synonym is.
EVERYDAY_WEIGHT = 4.0


@dataclass
class Lessons:
    """`targets[i]` for the phrase `texts[i]`; `kinds` has the rows of each kind with the odds of drawing them."""

    texts: list
    targets: np.ndarray
    classes: np.ndarray
    kinds: dict

    def draw(self, count, chance):
        """Rows for a batch, each kind by its share."""
        rows = []
        for kind, share in SHARES.items():
            of, odds = self.kinds[kind]
            rows.append(chance.choice(of, round(count * share), p=odds))
        return np.concatenate(rows)


def hold_out(taught: Taught):
    """100 classes whose rows are not shown, and of every other class with three names the last: what the exam's twin must guess."""
    places = list(range(len(taught.names)))
    random.Random(1).shuffle(places)
    classes = set(places[:HELD_CLASSES])
    firsts = {names[0].lower() for names in taught.names}
    names = {
        names[-1].lower(): place
        for place, names in enumerate(taught.names)
        if place not in classes and len(names) > 2 and names[-1].lower() not in firsts
    }
    return classes, names


def prepare(taught: Taught, class_targets, held, held_names, kept) -> Lessons:
    """Every phrase once: a class's first name before a group's, before a class's other names, before any other noun."""
    groups = group_targets(class_targets, taught.groups, held)
    firsts, others, groupwords, nouns = {}, {}, {}, {}
    for place, names in enumerate(taught.names):
        if place in held:
            continue
        firsts[names[0].lower()] = place
        for name in names[1:]:
            if name.lower() not in held_names:
                others.setdefault(name.lower(), []).append(place)
    for offset in groups:
        for word in taught.group_names(offset):
            if word.lower() not in firsts and word.lower() not in held_names:
                groupwords[word.lower()] = offset
    seen = firsts.keys() | others.keys() | groupwords.keys() | held_names.keys()
    ranks = _ranks()
    odds = []
    for word, senses in taught.wordnet.senses.items():
        rank = _rank(word, ranks)
        if word in seen or not senses or len(word) > LONGEST_NOUN:
            continue
        synset = taught.wordnet.synsets[senses[0]]
        visible = synset.visible
        # A name of a person, a place or in Latin is spelt with a capital.
        if word not in synset.words or rank >= (KNOWN if visible else COMMON):
            continue
        nouns[word] = senses[0]
        odds.append((1.0 if visible else 0.4) / (2000 + rank) ** 0.5)
    rows = [(name, class_targets[place], place, 1.0, "class") for name, place in firsts.items()]
    for name, places in others.items():
        if name in firsts:
            continue
        kind, weight = ("group", 0.5) if name in groupwords else ("class", OTHER_NAME)
        if name not in groupwords:
            rows.append((name, unit(class_targets[places].mean(0)), places[0] if len(places) == 1 else -1, weight, kind))
    rows += [(word, groups[offset], -1, len(taught.groups[offset]) ** 0.3, "group") for word, offset in groupwords.items()]
    found = Nouns(taught, class_targets, groups, held, kept).targets(list(nouns.items()))
    rows += [(word, target, -1, weight, "noun") for word, target, weight in zip(nouns, found, odds)]
    everyday = {word: target for word, target in _everyday(taught, class_targets, groups, firsts).items() if word not in held_names}
    rows = [row for row in rows if row[0] not in everyday]
    rows += [(word, target, -1, EVERYDAY_WEIGHT, "group") for word, target in everyday.items()]
    texts, targets, classes, weights, names = zip(*rows)
    weights, kinds = np.array(weights), {}
    for kind in SHARES:
        of = np.array([row for row, name in enumerate(names) if name == kind])
        kinds[kind] = (of, weights[of] / weights[of].sum())
    return Lessons(list(texts), np.stack(targets).astype(np.float32), np.array(classes), kinds)


def _everyday(taught, class_targets, groups, firsts):
    """The targets of EVERYDAY, of those whose classes or group are shown."""
    found = {}
    for word, meant in EVERYDAY.items():
        if isinstance(meant, str):
            offset = next((sense for sense in taught.wordnet.senses[meant] if sense in groups), None)
            if offset is not None:
                found[word] = groups[offset]
        elif all(name.lower() in firsts for name in meant):
            found[word] = unit(class_targets[[firsts[name.lower()] for name in meant]].mean(0))
    return found


def _ranks():
    """CLIP's words by their place in its vocabulary, which open_clip carries."""
    with gzip.open(resources.files("open_clip") / "bpe_simple_vocab_16e6.txt.gz", "rt", encoding="utf-8") as file:
        merges = [line.split() for line in file.read().split("\n")[1 : 49152 - 256 - 2 + 1]]
    return {"".join(merge).removesuffix("</w>"): place for place, merge in enumerate(merges) if len(merge) == 2 and merge[1].endswith("</w>")}


def _rank(phrase, ranks):
    return max((ranks.get(word, 60000) for word in phrase.split()), default=60000)
