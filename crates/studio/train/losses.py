"""What the model is asked while it learns: CLIP's own question, and the helpers' that training alone needs."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from studio import IGNORE

LETTERS, PLACES = 27, 12


class Heads(nn.Module):
    """What only training needs: a class per label for both towers, and three questions to every patch.

    The patches are asked for the letter there, its place in the word and the concept there, each after
    a layer of its own. Without them reading never leaves its plateau.
    """

    def __init__(self, width, layers, labels, concepts):
        super().__init__()
        self.labels = nn.Parameter(F.normalize(torch.randn(labels, width), dim=-1))
        self.label_scale = nn.Parameter(torch.tensor(math.log(16.0)))
        self.layers = (layers // 2 - 1, layers // 2, layers - 2)
        self.patches = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, size)) for size in (LETTERS, PLACES, concepts)
        )

    def label_loss(self, images, texts, labels):
        """How badly both towers tell the labels apart, over the pictures whose caption is just a label."""
        rows = labels >= 0
        classes = F.normalize(self.labels, dim=-1).T * self.label_scale.exp()
        wanted = labels[rows]
        own = texts[: len(images)][rows]
        return (F.cross_entropy(images[rows] @ classes, wanted) + F.cross_entropy(own @ classes, wanted)) / 2

    def patch_losses(self, tokens, kept, batch):
        """The three questions' losses; `tokens` are the patch tokens after each layer of the image tower."""
        losses = []
        for head, layer, answers in zip(self.patches, self.layers, (batch.letters, batch.places, batch.things)):
            answers = answers.to(tokens[layer].device)
            answers = answers.gather(1, kept) if kept is not None else answers
            asked = answers != IGNORE
            weight = torch.ones(head[1].out_features, device=answers.device)
            if head[1].out_features in (LETTERS, PLACES):
                # Most cells of a word's picture hold no letter: they count for little.
                weight[0] = 0.03
            losses.append(F.cross_entropy(head(tokens[layer][asked].float()), answers[asked], weight=weight))
        return losses


def contrast(images, texts, fits, scale):
    """CLIP's loss, in which a caption that also fits a picture is neither right nor wrong for it.

    `texts` holds the pictures' captions in their order and then wrong ones; `fits` [n, texts].
    """
    count = len(images)
    logits = images @ texts.T * scale
    target = torch.arange(count, device=logits.device)
    fits = fits.to(logits.device).clone()
    fits[target, target] = False
    logits = logits.masked_fill(fits, -1e4)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits[:, :count].T, target)) / 2
