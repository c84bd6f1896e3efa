"""Makes the photographs among the page's examples: `examples/*.jpg`, from scikit-image's own data, which may be used freely.

    pip install scikit-image==0.26.0 pillow==13.0.0 && python www/scripts/photographs.py

What each shows, and who took it, is in `examples/README.md`.
"""

from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageOps

WWW = Path(__file__).resolve().parent.parent
PHOTOGRAPHS = {"cat.jpg": "chelsea.png", "coffee.jpg": "coffee.png", "rocket.jpg": "rocket.jpg"}


def main():
    (package,) = find_spec("skimage").submodule_search_locations
    for name, source in PHOTOGRAPHS.items():
        picture = Image.open(Path(package, "data", source)).convert("RGB")
        # The middle, which is what a model looks at, and what fills the page's frame.
        side = min(picture.size)
        picture = ImageOps.fit(picture, (side, side))
        place = WWW / "examples" / name
        picture.save(place, quality=90, optimize=True)
        print(f"{name}: {picture.width} x {picture.height}, {place.stat().st_size} bytes")


if __name__ == "__main__":
    main()
