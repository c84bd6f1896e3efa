"""Draws plain coloured shapes, one or two in a picture, as a layer with its caption."""

import math

import numpy as np
from PIL import Image, ImageDraw

from concepts import COLOURS, SHAPES

SIDE, FINE = 64, 128


def shape_layer(random):
    """Draws one or two coloured shapes. Returns premultiplied RGBA [4, 64, 64] and their (colour, shape) pairs."""
    pairs = [(random.choice(list(COLOURS)), random.choice(SHAPES))]
    if random.random() < 0.4:
        pairs.append((random.choice(list(COLOURS)), random.choice(SHAPES)))
        radius = random.uniform(9, 14)
        middles = random.choice([[(17, 32), (47, 32)], [(32, 17), (32, 47)]])
        random.shuffle(middles)
        middles = [(x + random.uniform(-3, 3), y + random.uniform(-3, 3)) for x, y in middles]
    else:
        radius = random.uniform(12, 28)
        middles = [(random.uniform(radius, SIDE - radius), random.uniform(radius, SIDE - radius))]
    canvas = Image.new("RGBA", (FINE, FINE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(canvas)
    for (colour, shape), (x, y) in zip(pairs, middles):
        paint = tuple(max(0, min(255, round(part + random.gauss(0, 10)))) for part in COLOURS[colour])
        _draw(pen, shape, 2 * x, 2 * y, 2 * radius, paint + (255,))
    pixels = np.asarray(canvas.resize((SIDE, SIDE), Image.BOX), np.float32).transpose(2, 0, 1) / 255
    return np.concatenate([pixels[:3] * pixels[3:], pixels[3:]]), pairs


def _draw(pen, shape, x, y, r, paint):
    box = [x - r, y - r, x + r, y + r]
    if shape == "circle":
        pen.ellipse(box, fill=paint)
    elif shape == "ring":
        pen.ellipse(box, outline=paint, width=round(r * 0.35))
    elif shape == "square":
        pen.rectangle([x - r * 0.85, y - r * 0.85, x + r * 0.85, y + r * 0.85], fill=paint)
    elif shape == "cross":
        arm = r * 0.32
        pen.rectangle([x - arm, y - r, x + arm, y + r], fill=paint)
        pen.rectangle([x - r, y - arm, x + r, y + arm], fill=paint)
    else:
        pen.polygon([(x + r * across, y + r * down) for across, down in _OUTLINES[shape]], fill=paint)


def _around(corners, reach=1.0, turn=0.0):
    angles = [2 * math.pi * (corner + turn) / corners for corner in range(corners)]
    return [(reach * math.sin(angle), -reach * math.cos(angle)) for angle in angles]


def _heart(steps=32):
    for step in range(steps):
        t = 2 * math.pi * step / steps
        down = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        yield 16 * math.sin(t) ** 3 / 17, -down / 17


_OUTLINES = {
    "triangle": _around(3),
    "diamond": [(0, -1), (0.65, 0), (0, 1), (-0.65, 0)],
    "star": [corner for pair in zip(_around(5), _around(5, 0.42, 0.5)) for corner in pair],
    "heart": list(_heart()),
}
