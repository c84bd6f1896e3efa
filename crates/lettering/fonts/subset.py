"""Cuts the two fonts of East Asia out of the large ones they come from: python subset.py cjk|hangul SOURCE TARGET.

Needs fonttools (4.68.0 wrote the committed files). What is kept is said by national standards, so nobody picked it:
cjk     the everyday halves of GB 2312 (3,755 simplified Chinese characters) and of JIS X 0208 (2,965 kanji), kana, punctuation;
hangul  the 2,350 syllables of KS X 1001 and the single jamo, punctuation.
"""

import sys

from fontTools import subset

LATIN = range(0x20, 0x7F)
PUNCTUATION = range(0x3000, 0x3040)
KANA = range(0x3040, 0x3100)
FULL_WIDTH = range(0xFF01, 0xFF61)
JAMO = range(0x3131, 0x3190)


def rows(codec: str, first: int, last: int) -> set[int]:
    """The characters of a 94 x 94 character set's rows."""
    found = set()
    for row in range(first, last + 1):
        for cell in range(1, 95):
            try:
                found.add(ord(bytes([row + 160, cell + 160]).decode(codec)))
            except UnicodeDecodeError:
                pass  # A cell that the standard leaves empty.
    return found


KEPT = {
    "cjk": {*LATIN, *PUNCTUATION, *KANA, *FULL_WIDTH, *rows("gb2312", 16, 55), *rows("euc_jp", 16, 47)},
    "hangul": {*LATIN, *PUNCTUATION, *FULL_WIDTH, *JAMO, *rows("euc_kr", 16, 40)},
}

name, source, target = sys.argv[1:]
options = subset.Options(
    hinting=False,
    layout_features=["ccmp", "locl", "kern", "mark"],
    name_IDs=["*"],
    notdef_outline=True,
    recalc_timestamp=False,
    glyph_names=False,
)
font = subset.load_font(source, options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=KEPT[name])
subsetter.subset(font)
subset.save_font(font, target, options)
