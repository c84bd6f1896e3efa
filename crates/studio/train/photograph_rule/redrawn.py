"""Makes the forms in which drawings come back from pages and chats: on paper or a slope of two colours, noisy, scaled, as JPEG."""

import argparse
import random
from pathlib import Path

import numpy as np
from PIL import Image


def colour(chance):
    """Mostly a light one, as paper is."""
    lightest = chance.choice([255, 255, 160])
    return np.array([chance.randint(lightest // 3, lightest) for _ in range(3)], np.float32)


def ground(side, chance):
    """Paper of one colour, or a slope between two across the picture."""
    if chance.random() < 0.5:
        return np.broadcast_to(colour(chance), (side, side, 3)).copy()
    way = np.add.outer(np.linspace(0, 1, side), np.linspace(0, 1, side))[..., None] / 2
    return (1 - way) * colour(chance) + way * colour(chance)


def redrawn(drawing, chance):
    """The drawing on another ground, with a margin, and with noise in half of the cases."""
    side = chance.choice([96, 128, 128, 200, 384, 384, 800])
    margin = round(side * chance.choice([0, 0.05, 0.1, 0.15]))
    paper = ground(side, chance)
    inner = side - 2 * margin
    small = drawing.resize((inner, inner), chance.choice([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC]))
    paper[margin : margin + inner, margin : margin + inner] = np.asarray(small)
    if chance.random() < 0.5:
        reach = chance.uniform(2, 14)
        numbers = np.random.default_rng(chance.getrandbits(32))
        paper += numbers.uniform(-reach, reach, paper.shape)
    return Image.fromarray(np.round(paper.clip(0, 255)).astype(np.uint8))


def main():
    """Redraws a share of a folder's drawings."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("drawings", type=Path, help="a folder that `glimpse-studio rule draw` wrote")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--n", type=int, default=1000)
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for file in sorted(given.drawings.glob("*.png"))[: given.n]:
        chance = random.Random(file.name)
        made = redrawn(Image.open(file).convert("RGB"), chance)
        if chance.random() < 0.7:
            made.save(given.out / f"redrawn-jpeg-{file.stem}.jpg", quality=chance.randint(45, 95))
        else:
            made.save(given.out / f"redrawn-{file.stem}.png")


if __name__ == "__main__":
    main()
