"""Makes the forms in which photographs come from a folder of them: cut, small, large, grey, dark, lossy, on white."""

import argparse
import random
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter


def fitted(picture, side, filter=Image.Resampling.BICUBIC):
    """The picture with its longer side brought to `side`."""
    scale = side / max(picture.size)
    return picture.resize([max(1, round(length * scale)) for length in picture.size], filter)


def cropped(picture, chance):
    """A part of the picture, at least half of each side."""
    width, height = (round(length * chance.uniform(0.5, 0.95)) for length in picture.size)
    left, top = (chance.randint(0, whole - part) for whole, part in zip(picture.size, (width, height)))
    return picture.crop((left, top, left + width, top + height))


def cut_out(picture, colour, soft):
    """What lies in the middle (GrabCut) on one colour; none where it finds too little or too much."""
    pixels = np.asarray(fitted(picture, 320))[..., ::-1].copy()
    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    inner = (width // 10, height // 10, width * 8 // 10, height * 8 // 10)
    cv2.setRNGSeed(1)
    cv2.grabCut(pixels, mask, inner, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_RECT)
    inside = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.float32)
    if not 0.12 < inside.mean() < 0.8:
        return None
    if soft:
        inside = cv2.GaussianBlur(inside, (0, 0), 1.0)
    mixed = pixels[..., ::-1] * inside[..., None] + np.array(colour) * (1 - inside[..., None])
    return Image.fromarray(np.round(mixed).astype(np.uint8))


def forms(picture, chance):
    """Pairs of a form's name and the picture in it; those named `jpeg` are still to be compressed."""
    yield "as-it-is", picture
    yield "cropped", cropped(picture, chance)
    for side in (48, 64, 96, 160):
        yield f"small-{side}", fitted(picture, side)
    yield "small-jpeg", fitted(picture, chance.choice([96, 128, 200]))
    yield "lossy-jpeg", cropped(picture, chance)
    yield "large-jpeg", fitted(picture, chance.choice([700, 1000, 1600]), Image.Resampling.LANCZOS)
    yield "grey", picture.convert("L").convert("RGB")
    yield "grey-small", fitted(picture.convert("L").convert("RGB"), chance.choice([64, 96, 224]))
    yield "night", night(picture, chance)
    yield "light", ImageEnhance.Brightness(picture).enhance(chance.uniform(1.3, 1.8))
    yield "pale", ImageEnhance.Contrast(picture).enhance(chance.uniform(0.35, 0.6))
    yield "vivid", ImageEnhance.Color(picture).enhance(chance.uniform(1.5, 2.2))
    yield "soft", picture.filter(ImageFilter.GaussianBlur(max(picture.size) * chance.uniform(0.004, 0.012)))
    yield "smoothed", picture.filter(ImageFilter.MedianFilter(5))
    yield "palette", picture.quantize(128, dither=chance.choice([0, 3])).convert("RGB")
    yield "framed", framed(picture, chance)
    white = cut_out(picture, [255, 255, 255], chance.random() < 0.7)
    if white:
        yield "on-white", white
        yield "on-white-jpeg", white
        yield "on-white-small", fitted(white, chance.choice([64, 96, 128]))
        yield "on-black", cut_out(picture, [0, 0, 0], False)
        yield "on-colour", cut_out(picture, [chance.randint(0, 255) for _ in range(3)], True)


def night(picture, chance):
    """Dark, most of it nearly black, with a sensor's grain."""
    light = (np.asarray(picture, np.float32) / 255) ** chance.uniform(1.8, 3.0) * chance.uniform(0.3, 0.7)
    grain = np.random.default_rng(chance.getrandbits(32)).normal(0, chance.uniform(0, 0.03), light.shape)
    return Image.fromarray(np.round((light + grain).clip(0, 1) * 255).astype(np.uint8))


def framed(picture, chance):
    """With bars of one colour at two sides or at all four, as in films, slides and chats."""
    across, down = chance.choice([(0.0, 0.25), (0.3, 0.0), (0.12, 0.12)])
    width, height = picture.size
    paper = Image.new(
        "RGB",
        (round(width * (1 + 2 * across)), round(height * (1 + 2 * down))),
        chance.choice(["white", "black", "#f0f0f0", "#202124"]),
    )
    paper.paste(picture, (round(width * across), round(height * down)))
    return paper


def main():
    """Writes every form of every second photograph."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("photographs", type=Path, nargs="+", help="folders of photographs, or files")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--odd", action="store_true", help="those at odd places instead of those at even ones")
    arguments.add_argument("--all", action="store_true", help="every photograph")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    files = []
    for path in given.photographs:
        files += [path] if path.is_file() else sorted(path.glob("*.[jp]*g"))
    for file in files if given.all else files[given.odd :: 2]:
        chance = random.Random(file.name)
        picture = Image.open(file).convert("RGB")
        for form, made in forms(picture, chance):
            if "jpeg" in form:
                made.save(given.out / f"{form}-{file.stem}.jpg", quality=chance.randint(25, 92))
            else:
                made.save(given.out / f"{form}-{file.stem}.png", compress_level=1)


if __name__ == "__main__":
    main()
