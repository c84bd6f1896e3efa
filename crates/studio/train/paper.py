"""Draws a word, on a sheet of paper or bare, as a layer to lay over a picture, and says where each letter is."""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE, CELL, GRID = 64, 8, 8
NO_LETTER = 0
_EASY = ["DejaVuSans-Bold", "DejaVuSans", "LiberationSans-Bold"]
_TAUGHT = _EASY + [
    "DejaVuSansCondensed-Bold", "DejaVuSerif-Bold", "DejaVuSansMono-Bold", "LiberationSans-Regular",
    "LiberationSans-Bold", "LiberationSerif-Regular", "LiberationSerif-Bold", "Lato-Bold", "Lato-Black",
    "OpenSans-Bold", "OpenSans-Semibold", "Roboto-Bold", "Roboto-Medium", "ComicNeue-Bold", "Inter-Bold",
    "Inter-SemiBold", "Courier Prime Bold", "URWBookman-Demi", "C059-Bold",
]  # fmt: skip
_HELD_OUT = ["Carlito-Bold", "Cantarell-Bold", "P052-Bold", "NimbusSans-Bold", "LiberationMono-Bold"]


class Fonts:
    """The font files below `folder`: `easy` to begin with, all that are `taught`, and the exam's `held_out`."""

    def __init__(self, folder: Path):
        files = {path.stem: path for path in folder.rglob("*.[ot]tf")}
        load = lambda names: [ImageFont.truetype(str(files[name]), 26) for name in names]
        self.easy, self.taught, self.held_out = load(_EASY), load(_TAUGHT), load(_HELD_OUT)


def word_layer(word, random, fonts, hard=1.0, paper=None, wide=None, across=None, down=None):
    """Draws `word` ("" leaves the paper blank). Returns premultiplied RGBA [4, 64, 64] in 0..1, and two
    [8, 8] grids: which letter (1..26) has its middle in a cell, and which place (1..) it has in the word.

    `hard` is how varied it may be; `paper`, `wide` (pixels), `across` and `down` (0..1) fix what is
    otherwise drawn by lot.
    """
    font = random.choice(fonts)
    text = word or "blank"
    if random.random() < 0.45 * hard:
        text = random.choice([text.upper(), text.capitalize(), "iPod" if word == "ipod" else text.upper()])
    left, top, right, bottom = font.getbbox(text)
    margin_x, margin_y = random.randint(4, 12), random.randint(4, 14)
    size = (right - left + 2 * margin_x, bottom - top + 2 * margin_y)
    paper = random.random() < 0.75 if paper is None else paper
    ink, ground = _colours(random, hard)
    layer = Image.new("RGBA", size, ground if paper else ink[:3] + (0,))
    if word:
        outline = {} if paper else dict(stroke_width=2, stroke_fill=ground)
        ImageDraw.Draw(layer).text((margin_x - left, margin_y - top), text, ink, font, **outline)

    wide = wide or (random.uniform(44, 63) if len(text) > 4 else random.uniform(26, 56))
    scale = min(wide / size[0], random.uniform(18, 34) / size[1])
    fitted = (max(8, round(size[0] * scale)), max(7, round(size[1] * scale)))
    layer = layer.resize(fitted, Image.BILINEAR if scale > 0.7 else Image.BOX)
    turn = random.uniform(-10, 10) * hard if random.random() < 0.6 else 0
    if turn:
        layer = layer.rotate(turn, Image.BILINEAR, expand=True)
    across = random.random() if across is None else across
    down = random.random() if down is None else down
    x = round(across * max(0, SIDE - layer.width))
    y = round(down * max(0, SIDE - layer.height))

    letters, places = np.zeros((GRID, GRID), np.int64), np.zeros((GRID, GRID), np.int64)
    if word:
        cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        for place, letter in enumerate(text.lower()):
            before = (font.getlength(text[:place]) + font.getlength(text[: place + 1])) / 2
            along = (margin_x - left + before) * scale - fitted[0] / 2
            column = int((x + layer.width / 2 + cosine * along) // CELL)
            row = int((y + layer.height / 2 - sine * along) // CELL)
            if 0 <= row < GRID and 0 <= column < GRID:
                letters[row, column], places[row, column] = ord(letter) - 96, place + 1

    canvas = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    canvas.paste(layer, (x, y))
    pixels = np.asarray(canvas, np.float32).transpose(2, 0, 1) / 255
    return np.concatenate([pixels[:3] * pixels[3:], pixels[3:]]), letters, places


def _colours(random, hard):
    """Ink and ground that can be told apart: mostly dark on light, often just black on white."""
    dark = tuple(random.randint(0, 80) for _ in range(3))
    light = tuple(random.randint(205, 255) for _ in range(3))
    if random.random() > 0.5 * hard:
        dark, light = (10, 10, 10), (255, 255, 250)
    pair = (dark + (255,), light + (255,))
    return pair if random.random() > 0.25 * hard else pair[::-1]
