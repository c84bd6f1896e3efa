"""Puts what a scene shows into words, in the many ways that people type labels."""

_ANY = [
    "a picture of {a}", "a photo of {a}", "a drawing of {a}", "an image of {a}", "this is {a}",
    "a photo of the {}", "a good photo of {a}", "a photo of the small {}", "a photo of the large {}",
    "itap of {a}", "{a} in a video game", "art of the {}", "a bad photo of the {}", "a picture of {}",
]  # fmt: skip
_EMOJI = ["an emoji of {a}", "a cartoon of {a}", "an illustration of {a}"]
_ICON = ["an icon of {a}", "a line drawing of {a}", "a symbol of {a}"]
_READING = [
    "the word {}", "the word {}", "a sheet of paper that says {}", "text that says {}", "a sign that says {}",
    "a label that says {}", "a picture of the word {}", "written text {}",
]  # fmt: skip
_BOTH = [
    "{a} with the word {w} on it", "{a} with a label that says {w}", "{a} and the word {w}",
    "{a} with the text {w}", "a picture of {a} with the word {w}",
]  # fmt: skip


def article(name, random):
    """The name after "a" or "an"; a template that people type says "a" before anything, so it is heard too."""
    vowel = name[0] in "aeiou" and random.random() < 0.7
    return ("an " if vowel else "a ") + name


def of_thing(concept, random, style=None):
    """A label for a picture of the concept: its bare name, or that in a sentence."""
    name = concept.name if random.random() < 0.88 else random.choice(concept.names)
    return in_sentence(name, random, style)


def in_sentence(name, random, style=None):
    """The bare name about one time in three, else "a name", else a longer phrase."""
    lot = random.random()
    if lot < 0.36:
        return name
    if lot < 0.62:
        return article(name, random)
    special = {"emoji": _EMOJI, "icon": _ICON}.get(style, _ANY)
    template = random.choice(special if random.random() < 0.2 else _ANY)
    return template.format(name, a=article(name, random))


def of_word(word, random):
    """A caption that says that this word is to be read."""
    return random.choice(_READING).format(word)


def of_both(concept, word, random):
    """A caption for a thing that has a word on it."""
    return random.choice(_BOTH).format(a=article(concept.name, random), w=word)


def of_two(first, second, random):
    """A caption for two things side by side, in either order."""
    names = [first.name, second.name]
    random.shuffle(names)
    plain = random.random() < 0.4
    return " and ".join(names if plain else [article(name, random) for name in names])
