"""What the model is asked while it learns: CLIP's own question, and the helpers' that training alone needs."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from concepts import CONCEPTS, WORDS
from model import WIDTH
from scenes import IGNORE

LABELS = list(dict.fromkeys([concept.name for concept in CONCEPTS] + WORDS))
LABEL = {name: place for place, name in enumerate(LABELS)}


class Heads(nn.Module):
    """What only training needs: a class per label for both towers, and three questions to every patch.

    The patches are asked for the letter there, its place in the word and the concept there, each after
    a layer of its own. Without them reading never leaves its plateau.
    """

    def __init__(self):
        super().__init__()
        self.labels = nn.Parameter(F.normalize(torch.randn(len(LABELS), WIDTH), dim=-1))
        self.label_scale = nn.Parameter(torch.tensor(math.log(16.0)))
        sizes = (27, 12, len(CONCEPTS))
        self.patches = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, size)) for size in sizes
        )

    def label_loss(self, images, texts, scenes):
        """How badly both towers tell the labels apart, over the scenes whose caption is just a label."""
        rows = [row for row, scene in enumerate(scenes) if scene.key in LABEL]
        wanted = torch.tensor([LABEL[scenes[row].key] for row in rows])
        classes = F.normalize(self.labels, dim=-1).T * self.label_scale.exp()
        return (
            F.cross_entropy(images[rows] @ classes, wanted) + F.cross_entropy(texts[rows] @ classes, wanted)
        ) / 2

    def patch_losses(self, tokens, kept, maps):
        """The three questions' losses; `tokens` are the patch tokens after each layer of the image tower."""
        losses = []
        for head, layer, answers in zip(self.patches, (2, 3, 4), maps):
            answers = answers.gather(1, kept) if kept is not None else answers
            asked = answers != IGNORE
            # Most cells of a word's picture hold no letter: they count for little.
            weight = torch.ones(head[1].out_features)
            if layer < 4:
                weight[0] = 0.03
            losses.append(F.cross_entropy(head(tokens[layer][asked]), answers[asked], weight=weight))
        return losses


def contrast(images, texts, scenes, scale):
    """CLIP's loss, in which a caption that also fits a picture is neither right nor wrong for it; the
    texts after the scenes' own are strangers, wrong for all."""
    count = len(scenes)
    logits = images @ texts.T * scale
    fits = torch.tensor([[other.key in scene.true for other in scenes] for scene in scenes])
    fits.fill_diagonal_(False)
    logits[:, :count] = logits[:, :count].masked_fill(fits, -1e4)
    target = torch.arange(count)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits[:, :count].T, target)) / 2
