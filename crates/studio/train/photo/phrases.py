"""Says a thing as people say it: bare, in a sentence, in the plural, with an adjective, in a place, misspelt."""

import re

import inflect
from open_clip.zero_shot_metadata import OPENAI_IMAGENET_TEMPLATES

ENGLISH = inflect.engine()
SENTENCES = [template("{}") for template in OPENAI_IMAGENET_TEMPLATES] + [
    "this is a {}.",
    "this is {}",
    "an image of a {}",
    "a picture of a {}",
    "a photograph of a {}",
    "a close up of a {}",
    "there is a {} in the picture",
    "a photo of a {}, a type of thing",
    "photo of {}",
    "a photo showing a {}",
    "i see a {}",
    "it is a {}",
    "a {} here",
]
COUNTS = ["two {}", "three {}", "many {}", "some {}", "several {}", "a group of {}", "photos of {}", "a photo of {}", "pictures of {}", "{}"]
ADJECTIVES = (
    "red green blue yellow orange brown black white grey pink purple big small large little tiny huge old new young cute beautiful ugly clean "
    "dirty broken wild fresh modern vintage wooden plastic metal shiny happy sleeping sitting standing running"
).split()
PLACES = (
    "on a table|in the snow|on the grass|in the water|in a box|on the street|at night|in the sky|in a room|outdoors|indoors|on a plate|in the park|"
    "in a field|on a white background|in the forest|on the beach|in the kitchen|at home|in the garden|seen from the side|from above|up close"
).split("|")
# Word pairs of the two spellings that names of things have.
SPELLINGS = dict(
    pair.split("/")
    for pair in (
        "gray/grey color/colour colored/coloured mustache/moustache tire/tyre airplane/aeroplane theater/theatre center/centre fiber/fibre "
        "pajamas/pyjamas pajama/pyjama plow/plough jewelry/jewellery armor/armour harbor/harbour odometer/odometre caliper/calliper "
        "yogurt/yoghurt donut/doughnut catalog/catalogue ax/axe mold/mould molding/moulding meter/metre liter/litre leveled/levelled "
        "traveler/traveller neighbor/neighbour flavor/flavour program/programme check/cheque cozy/cosy ketchup/catsup whiskey/whisky "
        "curb/kerb aluminum/aluminium draft/draught"
    ).split()
)
SPELLINGS |= {british: american for american, british in SPELLINGS.items()}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def say(name, chance):
    """One way to say `name`; `chance` is a `random.Random`."""
    name = name.lower()
    kind = chance.random()
    if kind < 0.3:
        said = name
    elif kind < 0.42:
        said = _with_article(name, chance)
    elif kind < 0.75:
        said = _in_sentence(name, chance)
    elif kind < 0.84:
        said = chance.choice(COUNTS).replace("{}", ENGLISH.plural_noun(name) or name)
    elif kind < 0.92:
        said = _in_sentence(f"{chance.choice(ADJECTIVES)} {name}", chance, 0.5)
    else:
        said = f"{_with_article(name, chance)} {chance.choice(PLACES)}"
    if chance.random() < 0.3:
        said = " ".join(SPELLINGS.get(word, word) for word in said.split(" "))
    if chance.random() < 0.15:
        said = _misspell(said, chance)
    return said


def _with_article(name, chance):
    return f"the {name}" if chance.random() < 0.25 else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _in_sentence(name, chance, share=1.0):
    if chance.random() >= share:
        return _with_article(name, chance)
    sentence = chance.choice(SENTENCES)
    # CLIP's templates say "a apple"; people say both.
    if name[0] in "aeiou" and chance.random() < 0.5:
        sentence = sentence.replace("a {}", "an {}")
    return sentence.replace("{}", name)


def _misspell(said, chance):
    """One letter of a long word left out, doubled, changed, or swapped with its neighbour."""
    words = [found for found in re.finditer(r"[a-z]{5,}", said)]
    if not words:
        return said
    word = chance.choice(words)
    at = chance.randrange(word.start() + 1, word.end() - 1)
    changed = chance.choice(["", said[at] * 2, chance.choice(LETTERS), said[at + 1] + said[at]])
    return said[:at] + changed + said[at + (2 if len(changed) == 2 and changed != said[at] * 2 else 1) :]
