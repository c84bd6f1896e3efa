"""Rasterises the art of every concept, from npm packages of free icon and emoji sets, into one atlas of 64 px sprites."""

import argparse
import io
import json
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

from concepts import CONCEPTS

SIDE = 64
EMOJI_SETS = ["noto", "noto-v1", "twemoji", "fluent-emoji-flat", "fluent-emoji", "fxemoji", "emojione"]
ICON_SETS = ["lucide", "tabler", "mdi", "ph"]
EXAM_SET = "openmoji"  # never trained on: its style and its share-alike licence stay out
ICON_ENDINGS = ["", "-filled", "-fill", "-bold", "-duotone", "-outline", "-variant"]
# The page's own drawings; apple-ipod.svg is not among them and stays an exam.
OWN = ["apple", "bicycle", "dog"]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--sets", type=Path, required=True, help="node_modules/@iconify-json")
    options.add_argument("--drawings", type=Path, required=True, help="the page's own www/drawings")
    options.add_argument("--out", type=Path, required=True, help="the atlas, a .npz")
    chosen = options.parse_args()

    found = list(_emoji(chosen.sets)) + list(_icons(chosen.sets)) + list(_own(chosen.drawings))
    sprites, concepts, styles = [], [], []
    for concept, style, svg in found:
        sprite = rasterise(svg)
        if sprite is not None:
            sprites.append(sprite)
            concepts.append(concept)
            styles.append(style)
    np.savez(chosen.out, sprites=np.stack(sprites), concepts=concepts, styles=styles)
    per_style = {style: styles.count(style) for style in dict.fromkeys(styles)}
    bare = [c.name for place, c in enumerate(CONCEPTS) if place not in concepts]
    print(len(sprites), "sprites", per_style, "without art:", bare)


def _emoji(sets):
    # Every set calls an emoji by its Unicode name, but only some say which character that is.
    characters = json.loads((sets / "noto" / "chars.json").read_text())
    for style in EMOJI_SETS + [EXAM_SET]:
        icons = json.loads((sets / style / "icons.json").read_text())
        for place, concept in enumerate(CONCEPTS):
            for emoji in concept.emoji:
                code = "-".join(f"{ord(character):x}" for character in emoji)
                name = characters.get(code) or characters.get(f"{code}-fe0f")
                svg = _svg(icons, name) or _svg(icons, name.replace("-", ""))
                if svg:
                    yield place, style, svg


def _icons(sets):
    for style in ICON_SETS:
        icons = json.loads((sets / style / "icons.json").read_text())
        for place, concept in enumerate(CONCEPTS):
            for name in concept.icons:
                for ending in ICON_ENDINGS:
                    svg = _svg(icons, name + ending)
                    if svg:
                        yield place, style, svg


def _own(drawings):
    names = [concept.name for concept in CONCEPTS]
    for name in OWN:
        svg = (drawings / f"{name}.svg").read_text()
        paper = svg.index('<rect width="384"')
        yield names.index(name), "own", svg[:paper] + svg[svg.index("/>", paper) + 2 :]


def _svg(icons, name):
    """The icon as an SVG document; an alias is followed, but a turned or mirrored one is left out."""
    alias = icons.get("aliases", {}).get(name)
    icon = icons["icons"].get(alias["parent"] if alias and len(alias) == 1 else name)
    if not icon:
        return None
    width = icon.get("width", icons.get("width", 16))
    height = icon.get("height", icons.get("height", 16))
    box = f"{icon.get('left', 0)} {icon.get('top', 0)} {width} {height}"
    body = icon["body"].replace("currentColor", "#000")
    xlink = "http://www.w3.org/1999/xlink"
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="{xlink}" viewBox="{box}">{body}</svg>'


def rasterise(svg):
    """The drawing, cut to what is painted and fitted into a square: premultiplied RGBA, uint8 [4, 64, 64]."""
    picture = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=128, height=128))))
    picture = picture.convert("RGBA")
    box = picture.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    if not box:
        return None
    picture = picture.crop(box)
    side = max(picture.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    pixels = np.asarray(square, np.float32) / 255
    pixels = np.concatenate([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], 2)
    resized = [
        np.asarray(Image.fromarray(np.ascontiguousarray(channel)).resize((SIDE, SIDE), Image.LANCZOS))
        for channel in pixels.transpose(2, 0, 1)
    ]
    return (np.clip(np.stack(resized), 0, 1) * 255 + 0.5).astype(np.uint8)


if __name__ == "__main__":
    main()
