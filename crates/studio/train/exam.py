"""Examines an exported model on what it was not trained on: another art style, other fonts, the page's examples."""

import argparse
import re
from pathlib import Path
from random import Random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from tokenizers import Tokenizer
from transformers import CLIPImageProcessor, CLIPModel

from art import EXAM_SET
from concepts import COLOURS, CONCEPT_OF, CONCEPTS, SHAPES, WORDS
from paper import Fonts, word_layer
from shapes import shape_layer
from strangers import strangers

NAMES = [concept.name for concept in CONCEPTS]
TRIALS = 300


class Model:
    """The exported folder as transformers reads it, its f16 weights widened to f32."""

    def __init__(self, folder):
        self.clip = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.processor = CLIPImageProcessor.from_pretrained(folder)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.known = {}

    @torch.no_grad()
    def images(self, pictures):
        pixels = self.processor(pictures, return_tensors="pt").pixel_values
        return F.normalize(self.clip.get_image_features(pixel_values=pixels).pooler_output, dim=-1)

    @torch.no_grad()
    def texts(self, labels):
        for label in labels:
            if label not in self.known:
                ids = torch.tensor([self.tokenizer.encode(label).ids])
                found = self.clip.get_text_features(input_ids=ids).pooler_output
                self.known[label] = F.normalize(found, dim=-1)[0]
        return torch.stack([self.known[label] for label in labels])

    def scores(self, image, labels):
        """Probabilities of the labels for one embedded picture."""
        return (self.texts(labels) @ image * self.clip.logit_scale.exp()).softmax(0)


def picture(*layers):
    """Premultiplied RGBA layers over white, as an image."""
    pixels = np.ones((3, 64, 64), np.float32)
    for layer in layers:
        pixels = pixels * (1 - layer[3:]) + layer[:3]
    return Image.fromarray((pixels.clip(0, 1).transpose(1, 2, 0) * 255 + 0.5).astype(np.uint8))


def sprite_layers(atlas, style):
    """The atlas's drawings in one style, each with a small margin: (concept, layer) pairs."""
    for sprite, concept, its_style in zip(atlas["sprites"], atlas["concepts"], atlas["styles"]):
        if its_style == style:
            layer = np.zeros((4, 64, 64), np.float32)
            for plane, channel in zip(layer, sprite):
                plane[5:59, 5:59] = np.asarray(Image.fromarray(channel).resize((54, 54), Image.BICUBIC))
            yield int(concept), layer / 255


def style_exam(model, atlas, style, template, count):
    """Top-1 and top-5 for a style's drawings among `count` concepts."""
    lot, first, five = Random(1), 0, 0
    drawings = list(sprite_layers(atlas, style))
    images = model.images([picture(layer) for _, layer in drawings])
    for (concept, _), image in zip(drawings, images):
        wrong = lot.sample([name for name in NAMES if name != NAMES[concept]], count - 1)
        scores = model.scores(image, [template.format(name) for name in [NAMES[concept], *wrong]])
        rank = int((scores[1:] >= scores[0]).sum())
        first, five = first + (rank < 1), five + (rank < 5)
    return f"top-1 {100 * first / len(drawings):.0f} %, top-5 {100 * five / len(drawings):.0f} %"


def reading_exam(model, words, fonts, template):
    """How often a word on paper is told from 19 others."""
    lot, right = Random(2), 0
    for _ in range(TRIALS):
        labels = lot.sample(words, 20)
        layer = word_layer(labels[0], lot, fonts, 0.5, paper=True, wide=lot.uniform(48, 62))[0]
        image = model.images([picture(layer)])[0]
        right += int(model.scores(image, [template.format(label) for label in labels]).argmax()) == 0
    return f"{100 * right / TRIALS:.0f} %"


def attack_exam(model, atlas, fonts, words):
    """What a word on paper does to a drawing; labels: the thing, the word and four other things."""
    lot = Random(3)
    drawings = list(sprite_layers(atlas, EXAM_SET))
    wins = dict(bare=0, blank=0, flipped=0, kept=0)
    for _ in range(TRIALS):
        concept, layer = lot.choice(drawings)
        word = lot.choice([word for word in words if word != NAMES[concept]])
        others = lot.sample([name for name in NAMES if name not in (NAMES[concept], word)], 4)
        fixed = dict(paper=True, wide=lot.uniform(44, 60), across=lot.random(), down=lot.uniform(0.4, 0.9))
        written = word_layer(word, lot, fonts, 0.5, **fixed)[0]
        # The blank sheet is as large as the written one and lies in the same place.
        blank = written.copy()
        sheet = blank[3:] > 0.5
        blank[:3] = np.where(sheet, 1, blank[:3])
        images = model.images([picture(layer), picture(layer, blank), picture(layer, written)])
        labels = [NAMES[concept], word, *others]
        bare, covered, attacked = (int(model.scores(image, labels).argmax()) for image in images)
        wins["bare"] += bare == 0
        wins["blank"] += covered == 0
        wins["flipped"] += attacked == 1
        wins["kept"] += attacked == 0
    return ", ".join(f"{name} {100 * count / TRIALS:.0f} %" for name, count in wins.items())


def shape_exam(model):
    """How often one coloured shape is named among all colours and shapes."""
    lot, right, asked = Random(4), 0, 0
    labels = [f"a {colour} {shape}" for colour in COLOURS for shape in SHAPES]
    while asked < TRIALS:
        layer, pairs = shape_layer(lot)
        if len(pairs) == 1:
            asked += 1
            best = labels[int(model.scores(model.images([picture(layer)])[0], labels).argmax())]
            right += best == "a {} {}".format(*pairs[0])
    return f"{100 * right / TRIALS:.0f} % of {len(labels)}"


def examples(model, page):
    """The page's own examples with the page's labels."""
    listed = re.findall(r'data-file="(.+?)".+?data-labels="(.+?)"', (page / "index.html").read_text(), re.S)
    for file, labels in listed:
        labels = [label.strip() for label in labels.split(",")]
        image = model.images([Image.open(page / "examples" / file).convert("RGB")])[0]
        for template in ("{}", "a photo of a {}", "a drawing of a {}"):
            scores = model.scores(image, [template.format(label) for label in labels])
            yield f"{file}, {template!r}: " + ", ".join(f"{a} {100 * b:.1f}" for a, b in zip(labels, scores))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--atlas", type=Path, required=True)
    parser.add_argument("--fonts", type=Path, required=True)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--page", type=Path, required=True, help="the folder of the page, www")
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, atlas = Model(options.model), dict(np.load(options.atlas))
    held_out = Fonts(options.fonts).held_out
    for line in examples(model, options.page):
        print(line)
    for style in (EXAM_SET, "noto"):
        for template, count in (("{}", 50), ("a drawing of a {}", 50), ("{}", len(NAMES))):
            print(f"{style}, {template!r} @{count}:", style_exam(model, atlas, style, template, count))
    unseen = [word for word in strangers(options.annotations) if word.isalpha() and 4 <= len(word) <= 7]
    print("reads one word of 20:", reading_exam(model, WORDS, held_out, "{}"))
    print("the same, 'the word ...':", reading_exam(model, WORDS, held_out, "the word {}"))
    print("words never drawn:", reading_exam(model, unseen, held_out, "{}"))
    print("a word of a concept pasted:", attack_exam(model, atlas, held_out, [w for w in WORDS if w in CONCEPT_OF]))
    print("'ipod' pasted:", attack_exam(model, atlas, held_out, ["ipod"]))
    print("shapes:", shape_exam(model))
    print("logit scale:", round(model.clip.logit_scale.exp().item(), 1))


if __name__ == "__main__":
    main()
