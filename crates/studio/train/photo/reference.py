"""Measures what the image tower's own classifier, which the model does not carry, makes of a folder of photographs."""

import argparse
import json
import sys
import zlib
from pathlib import Path

import numpy as np
import timm
import torch
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES
from PIL import Image

sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

import image_tower
from export import SHARE_KEPT

TOGETHER = 16  # pictures a batch


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="pictures with a cases.json; their names begin with ImageNet's number")
    parser.add_argument("--out", type=Path, required=True, help="the JSON to write, for `cargo xtask exam --reference`")
    parser.add_argument("--tower", choices=image_tower.SIDES, default="lite0", help="the image tower (default: lite0)")
    options = parser.parse_args()
    listed = (options.photos / "cases.json").read_bytes()
    files = [case["file"] for case in json.loads(listed)]
    numbers = (Path(timm.__file__).parent / "data/_info/imagenet_synsets.txt").read_text().split()
    # Two classes of the same name are one answer, as they are for who types names.
    wanted = [IMAGENET_CLASSNAMES[numbers.index(file.split("_")[0])] for file in files]
    found = [IMAGENET_CLASSNAMES[row] for row in answers(options.tower, [options.photos / file for file in files])]
    report = {
        "tower": f"tf_efficientnet_{options.tower}",
        "pictures": len(files),
        "right": sum(one == other for one, other in zip(found, wanted)),
        "cases_crc32": f"{zlib.crc32(listed):08x}",
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{report['right']} of {report['pictures']} right")


@torch.no_grad()
def answers(size, files):
    """The best row for each picture."""
    tower, rows, biases = image_tower.load(size)
    best = []
    for start in range(0, len(files), TOGETHER):
        pixels = torch.stack([prepared(file, image_tower.SIDES[size]) for file in files[start : start + TOGETHER]])
        best += (tower(pixels) @ rows.T + biases).argmax(1).tolist()
    return best


def prepared(file, side):
    """As `preprocessor_config.json` says: the short side resized, the centre cut out, 0..255 brought to about -1..1."""
    with Image.open(file) as picture:
        picture = picture.convert("RGB")
    short, scale = round(side / SHARE_KEPT), round(side / SHARE_KEPT) / min(picture.size)
    size = tuple(short if length == min(picture.size) else int(length * scale) for length in picture.size)
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    left, top = ((length - side) // 2 for length in size)
    picture = picture.crop((left, top, left + side, top + side))
    return (torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() - 127) / 128


if __name__ == "__main__":
    main()
