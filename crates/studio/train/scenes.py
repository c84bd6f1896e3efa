"""Composes captioned pictures: things, words on paper, words on things, pairs of things, coloured shapes."""

from dataclasses import dataclass
from random import Random

import numpy as np
import torch
import torch.nn.functional as F

import captions
from art import EMOJI_SETS, EXAM_SET, ICON_SETS
from concepts import CONCEPTS, WORDS
from paper import Fonts, word_layer
from shapes import shape_layer

SIDE, GRID, IGNORE = 64, 8, -100
# What share of the scenes is what; the rest are single things.
SHAPES, WORD_ALONE, WORD_ON_THING, TWO_THINGS = 0.08, 0.18, 0.24, 0.03
BLANK_PAPER, SAYS_THE_THING, SAYS_BOTH, SAYS_THE_WORD = 0.2, 0.08, 0.2, 0.1


@dataclass
class Scene:
    """What one picture shows, before it is painted.

    `key` names the caption's meaning; `true` holds every meaning that fits the picture, so that no
    other caption of the batch counts as wrong when it is right.
    """

    caption: str = ""
    key: str = ""
    true: frozenset = frozenset()
    sprites: tuple = ()
    layer: np.ndarray | None = None
    letters: np.ndarray | None = None
    places: np.ndarray | None = None


class Studio:
    """Makes batches of scenes from the atlas and the fonts; `hard` (0..1) says how varied they are by now."""

    def __init__(self, atlas, fonts_folder, seed):
        stored = np.load(atlas)
        self.sprites = torch.from_numpy(stored["sprites"])
        self.concepts, self.styles = stored["concepts"], stored["styles"]
        self.fonts = Fonts(fonts_folder)
        self.random = Random(seed)
        self.noise = torch.Generator().manual_seed(seed)
        self.hard = 1.0
        self.by_concept = [{} for _ in CONCEPTS]
        for place, (concept, style) in enumerate(zip(self.concepts, self.styles)):
            if style != EXAM_SET:
                self.by_concept[concept].setdefault(str(style), []).append(place)

    def batch(self, count):
        """Returns pixels [n, 3, 64, 64] in 0..1, the scenes, and per cell the letter, its place in the
        word and the concept there (each [n, 64], IGNORE where nothing is asked)."""
        scenes = [self._scene() for _ in range(count)]
        pixels = self._grounds(count)
        concept_map = torch.full((count, GRID, GRID), IGNORE)
        for slot in range(2):
            rows = [row for row, scene in enumerate(scenes) if len(scene.sprites) > slot]
            if rows:
                self._paint(pixels, concept_map, scenes, rows, slot)
        rows = [row for row, scene in enumerate(scenes) if scene.layer is not None]
        layers = torch.from_numpy(np.stack([scenes[row].layer for row in rows]))
        pixels[rows] = pixels[rows] * (1 - layers[:, 3:]) + layers[:, :3]
        covered = F.avg_pool2d(layers[:, 3:], GRID)[:, 0] > 0.2
        concept_map[rows] = concept_map[rows].masked_fill(covered, IGNORE)
        nothing = np.full((GRID, GRID), IGNORE)
        maps = [
            torch.from_numpy(np.stack([nothing if m is None else m for m in found])).view(count, -1)
            for found in zip(*[(scene.letters, scene.places) for scene in scenes])
        ]
        light = self._uniform(count, 0.9, 1.1), self._uniform(count, -0.05, 0.05)
        pixels = pixels * light[0] + light[1]
        grain = (self._uniform(count, 0, 1) > 0.7) * 0.04 * self.hard
        pixels = pixels + grain * torch.randn(pixels.shape, generator=self.noise)
        return pixels.clamp(0, 1), scenes, *maps, concept_map.view(count, -1)

    def _scene(self):
        random, lot = self.random, self.random.random()
        if lot < SHAPES:
            return self._shapes()
        lot -= SHAPES
        fonts = self.fonts.taught if random.random() < self.hard else self.fonts.easy
        if lot < WORD_ALONE:
            word = random.choice(WORDS)
            layer = word_layer(word, random, fonts, self.hard)
            true = frozenset({word, f"word:{word}"})
            if random.random() < 0.25:
                return Scene(captions.of_word(word, random), f"word:{word}", true, (), *layer)
            return Scene(captions.in_sentence(word, random), word, true, (), *layer)
        lot -= WORD_ALONE
        place, concept, sprite, style = self._thing()
        if lot < WORD_ON_THING:
            return self._word_on(concept, sprite, style, fonts)
        lot -= WORD_ON_THING
        if lot < TWO_THINGS:
            _, other, second, _ = self._thing()
            key = "&".join(sorted([concept.name, other.name]))
            true = frozenset({key, concept.name, other.name})
            return Scene(captions.of_two(concept, other, random), key, true, (sprite, second))
        return Scene(
            captions.of_thing(concept, random, style), concept.name, frozenset({concept.name}), (sprite,)
        )

    def _thing(self):
        """A concept by lot and a drawing of it; emoji are shown twice as often as icons."""
        place = self.random.randrange(len(CONCEPTS))
        styles = list(self.by_concept[place])
        weights = [1 if style in ICON_SETS else 2 for style in styles]
        style = self.random.choices(styles, weights)[0]
        sprite = self.random.choice(self.by_concept[place][style])
        kind = "emoji" if style in EMOJI_SETS else "icon" if style in ICON_SETS else None
        return place, CONCEPTS[place], sprite, kind

    def _word_on(self, concept, sprite, style, fonts):
        random = self.random
        if random.random() < BLANK_PAPER:
            layer, _, _ = word_layer("", random, fonts, self.hard, paper=True)
            caption = captions.of_thing(concept, random, style)
            return Scene(caption, concept.name, frozenset({concept.name}), (sprite,), layer)
        word = random.choice(WORDS)
        layer = word_layer(word, random, fonts, self.hard, paper=random.random() < 0.85)
        both = f"{concept.name}+{word}"
        meanings = {word, f"word:{word}", both}
        lot = random.random()
        if lot < SAYS_THE_THING:
            caption, key = captions.of_thing(concept, random, style), concept.name
            meanings.add(key)
        elif lot < SAYS_THE_THING + SAYS_BOTH:
            caption, key = captions.of_both(concept, word, random), both
        elif lot < SAYS_THE_THING + SAYS_BOTH + SAYS_THE_WORD:
            caption, key = captions.of_word(word, random), f"word:{word}"
        else:
            caption, key = captions.in_sentence(word, random), word
        return Scene(caption, key, frozenset(meanings), (sprite,), *layer)

    def _shapes(self):
        layer, pairs = shape_layer(self.random)
        phrases = [f"{colour} {shape}" for colour, shape in pairs]
        key = "&".join(sorted(phrases))
        true = frozenset({key, *phrases, *(part for pair in pairs for part in pair)})
        caption = " and ".join(captions.article(phrase, self.random) for phrase in phrases)
        if len(pairs) == 1 and self.random.random() < 0.5:
            key = self.random.choice([pairs[0][1], phrases[0]])
            caption = captions.in_sentence(key, self.random)
        return Scene(caption, key, true, (), layer)

    def _uniform(self, count, low, high):
        return torch.rand(count, 1, 1, 1, generator=self.noise) * (high - low) + low

    def _grounds(self, count):
        """Backgrounds: white, one colour (pale more often), a slope between two, or soft blots."""
        base = torch.rand(count, 3, 1, 1, generator=self.noise)
        lot = torch.rand(count, generator=self.noise) * (0.3 + 0.7 * self.hard)
        base[lot < 0.55] = 0.8 + 0.2 * base[lot < 0.55]
        base[lot < 0.3] = 1
        grounds = base.expand(count, 3, SIDE, SIDE).clone()
        coarse = torch.rand(count, 3, 2, 2, generator=self.noise)
        slope = F.interpolate(coarse, size=(SIDE, SIDE), mode="bilinear", align_corners=True)
        coarse = torch.rand(count, 3, 6, 6, generator=self.noise)
        blots = F.interpolate(coarse, size=(SIDE, SIDE), mode="bicubic").clamp(0, 1)
        sloped, blotted = (lot > 0.7) & (lot < 0.88), lot >= 0.88
        grounds[sloped] = slope[sloped]
        grounds[blotted] = (grounds[blotted] + blots[blotted]) / 2
        return grounds

    def _paint(self, pixels, concept_map, scenes, rows, slot):
        """Lays the scenes' sprite number `slot` over their pictures, moved, turned, mirrored and recoloured."""
        count = len(rows)
        chosen = [scenes[row].sprites[slot] for row in rows]
        alone = torch.tensor([len(scenes[row].sprites) == 1 for row in rows])
        rand = lambda: torch.rand(count, generator=self.noise)
        scale = torch.where(alone, 1 - (0.15 + 0.35 * self.hard) * rand(), 0.4 + 0.1 * rand())
        room = (1 - scale).clamp(min=0.05)
        x, y = (rand() * 2 - 1) * room, (rand() * 2 - 1) * room
        x = torch.where(alone, x, torch.tensor([-0.5, 0.5][slot]))
        turn = torch.randn(count, generator=self.noise) * 0.16 * self.hard
        mirror = torch.where(rand() < 0.35, -1.0, 1.0)
        cosine, sine = turn.cos() / scale, turn.sin() / scale
        matrix = torch.stack([cosine * mirror, sine * mirror, -sine, cosine], 1).view(count, 2, 2)
        shift = -(matrix @ torch.stack([x, y], 1)[..., None])
        lattice = F.affine_grid(torch.cat([matrix, shift], 2), (count, 4, SIDE, SIDE), align_corners=False)
        sprites = F.grid_sample(self.sprites[chosen] / 255.0, lattice, align_corners=False)
        icons = torch.tensor([self.styles[place] in ICON_SETS for place in chosen])
        under = pixels[rows]
        sprites[:, :3] = self._recolour(sprites, icons, under.mean((1, 2, 3)))
        pixels[rows] = under * (1 - sprites[:, 3:]) + sprites[:, :3]
        there = F.avg_pool2d(sprites[:, 3:], GRID)[:, 0] > 0.25
        concept = torch.from_numpy(self.concepts[chosen])[:, None, None]
        concept_map[rows] = torch.where(there, concept, concept_map[rows])

    def _recolour(self, sprites, icons, ground):
        """Icons take one colour that stands out from the ground; coloured art changes a little in tint."""
        count = len(sprites)
        ink = torch.rand(count, 3, generator=self.noise)
        plain = torch.rand(count, 1, generator=self.noise) > 0.6 * self.hard
        dark = torch.where(plain, torch.zeros(1), ink * 0.45)
        ink = torch.where(ground[:, None] > 0.45, dark, 1 - ink * 0.35)
        tint = 1 + 0.25 * (torch.rand(count, 3, generator=self.noise) - 0.5)
        colour = torch.minimum(sprites[:, :3] * tint[..., None, None], sprites[:, 3:])
        return torch.where(icons[:, None, None, None], ink[..., None, None] * sprites[:, 3:], colour)
