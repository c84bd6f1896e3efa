"""Draws pages of text, charts and line drawings, a third of them JPEG: what belongs to the model of drawings and is no scene."""

import argparse
import random
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (only after the backend is chosen)

WORDS = """the of a in to it is was he that and for on are as with his they at be this from or had by hot but some what there we can
out other were all your when up use word how said an each she which do their time if will way about many then them write would""".split()


def text(chance, side, fonts):
    """A page of words, dark on light or light on dark."""
    paper = chance.choice([(255, 255, 255)] * 4 + [(250, 245, 230), (30, 30, 30), (20, 40, 80)])
    ink = (0, 0, 0) if sum(paper) > 380 else (240, 240, 240)
    page = Image.new("RGB", (side, int(side * chance.uniform(0.5, 1.6))), paper)
    pen, size = ImageDraw.Draw(page), chance.randint(max(6, side // 60), side // 12)
    font = ImageFont.truetype(chance.choice(fonts), size)
    for top in range(size, page.height - size, int(size * 1.4)):
        line, width = "", side * chance.uniform(0.6, 0.9)
        while pen.textlength(line, font=font) < width:
            line += chance.choice(WORDS) + " "
        pen.text((side * 0.06, top), line, fill=ink, font=font)
    return page


def chart(chance, side, _fonts):
    """Lines, bars, dots or a map of colours, with axes and a title."""
    figure, axes = pyplot.subplots(figsize=(side / 100, side / 100 * chance.uniform(0.5, 1)), dpi=100)
    numbers = np.random.default_rng(chance.getrandbits(30))
    kind = chance.choice(["lines", "bars", "dots", "map"])
    if kind == "lines":
        for _ in range(chance.randint(1, 5)):
            axes.plot(numbers.normal(size=60).cumsum())
    elif kind == "bars":
        axes.bar(range(9), numbers.random(9), color=list(numbers.random((9, 3))))
    elif kind == "dots":
        places, size = numbers.normal(size=(2, 300)), chance.choice([4, 20, 60])
        axes.scatter(*places, c=numbers.random(300), s=size, alpha=chance.choice([1, 0.5]))
    else:
        waves = [np.sin(np.linspace(0, chance.uniform(3, 20), 80)) for _ in range(2)]
        axes.imshow(np.add.outer(*waves), cmap=chance.choice(["viridis", "coolwarm", "gray"]))
    axes.set_title(" ".join(chance.choices(WORDS, k=3)))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()
    pyplot.close(figure)
    return Image.fromarray(pixels)


def lines(chance, side, _fonts):
    """Strokes and circles by lot on white."""
    page = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(page)
    for _ in range(chance.randint(5, 60)):
        colour = chance.choice([(0, 0, 0), (60, 60, 60), tuple(chance.randint(0, 255) for _ in range(3))])
        corners = [(chance.random() * side, chance.random() * side) for _ in range(chance.randint(2, 6))]
        pen.line(corners, fill=colour, width=chance.randint(1, max(2, side // 80)))
    for _ in range(chance.randint(0, 6)):
        x, y, radius = chance.random() * side, chance.random() * side, chance.random() * side / 5
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline="black", width=2)
    return page


def main():
    """Draws and writes them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--art", type=Path, required=True, help="the folder with node_modules, for its fonts")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--n", type=int, default=120)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    fonts = sorted(map(str, (given.art / "node_modules/@expo-google-fonts").rglob("*.ttf")))
    # Pages of an even and of an odd seed share no font.
    fonts, chance = fonts[given.seed % 2 :: 2], random.Random(given.seed)
    for number in range(given.n):
        draw = chance.choice([text, text, chart, chart, chart, lines])
        page = draw(chance, chance.choice([160, 224, 400, 800, 1200]), fonts)
        if chance.random() < 0.35:
            page.save(given.out / f"paper-{number}-jpeg.jpg", quality=chance.randint(40, 95))
        else:
            page.save(given.out / f"paper-{number}.png")


if __name__ == "__main__":
    main()
