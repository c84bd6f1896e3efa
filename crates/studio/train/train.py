"""Trains the built-in model for a given number of minutes, exporting it as it goes; run again, it resumes.

Started by torchrun with a process per core: one thread each and gradients shared once a step bear a
busy machine far better than one process whose threads wait for each other in every operation.
"""

import argparse
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import distributed, nn

import captions
from concepts import COLOURS, CONCEPTS, SHAPES, WORDS
from export import export
from losses import LABELS, Heads, contrast
from model import build, image_embeds, text_embeds
from muon import Muon
from scenes import Studio
from strangers import strangers
from tokenizer import train_tokenizer

BATCH, STRANGERS, RATE = 96, 12, 1.5e-3  # a process's share of the batch
WARM_PAIRS = 11500
CHUNK = 27  # how many texts are embedded together


def learn_tokenizer(options, unknown):
    """The vocabulary, from captions as the scenes have them; kept beside the checkpoint."""
    kept = options.work / "tokenizer.json"
    if not kept.exists():
        lot = random.Random(5)
        names = LABELS + [name for concept in CONCEPTS for name in concept.names]
        names += [f"{colour} {shape}" for colour in COLOURS for shape in SHAPES]
        corpus = names * 20 + unknown
        corpus += [captions.in_sentence(lot.choice(names), lot, lot.choice(["emoji", "icon"])) for _ in range(8000)]
        corpus += [captions.of_word(lot.choice(WORDS), lot) for _ in range(3000)]
        corpus += [captions.of_both(lot.choice(CONCEPTS), lot.choice(WORDS), lot) for _ in range(3000)]
        train_tokenizer(corpus, 4096).save(str(kept))
    return Tokenizer.from_file(str(kept))


def embed_texts(model, tokenizer, texts):
    """Embeds the texts, those of like length together so that little is spent on padding."""
    rows = sorted(enumerate(encoding.ids for encoding in tokenizer.encode_batch(texts)), key=lambda row: len(row[1]))
    found = []
    for start in range(0, len(rows), CHUNK):
        chunk = [row for _, row in rows[start : start + CHUNK]]
        ids = torch.zeros(len(chunk), len(chunk[-1]), dtype=torch.long)
        for place, row in enumerate(chunk):
            ids[place, : len(row)] = torch.tensor(row)
        found.append(text_embeds(model, ids, torch.tensor([len(row) - 1 for row in chunk])))
    order = torch.tensor([place for place, _ in rows])
    return torch.cat(found)[order.argsort()]


def share(parameters):
    """Averages the gradients over the processes."""
    gradients = [parameter.grad for parameter in parameters]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for gradient, part in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
        gradient.copy_(part.view_as(gradient))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", type=Path, required=True)
    parser.add_argument("--fonts", type=Path, required=True, help="a folder with the fonts of paper.py")
    parser.add_argument("--annotations", type=Path, required=True, help="CLDR's annotations/en/annotations.json")
    parser.add_argument("--work", type=Path, required=True, help="for the checkpoint and the tokenizer")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--export-every", type=float, default=5, help="minutes")
    return parser.parse_args()


class Training:
    """A model in training: what is learned, what learns it, and how far it has come."""

    def __init__(self, options):
        self.options, self.rank = options, distributed.get_rank()
        self.unknown = strangers(options.annotations)
        options.work.mkdir(parents=True, exist_ok=True)
        if self.rank == 0:
            learn_tokenizer(options, self.unknown)
        distributed.barrier()
        self.tokenizer = learn_tokenizer(options, self.unknown)
        torch.manual_seed(0)
        self.model, self.heads = build(self.tokenizer.get_vocab_size()), Heads()
        matrices, others = [], list(self.heads.parameters())
        for name, parameter in self.model.named_parameters():
            (matrices if ".layers." in name and parameter.ndim == 2 else others).append(parameter)
        self.parameters = matrices + others
        self.muon = Muon(matrices)
        self.adam = torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01, foreach=True)
        self.seconds, self.pairs = 0.0, 0
        self.checkpoint = options.work / "checkpoint.pt"
        if self.checkpoint.exists():
            self._resume()
        torch.manual_seed(self.pairs + self.rank)
        random.seed(self.pairs + self.rank)
        self.studio = Studio(options.atlas, options.fonts, seed=self.pairs + self.rank)

    def _resume(self):
        saved = torch.load(self.checkpoint)
        self.model.load_state_dict(saved["model"])
        self.heads.load_state_dict(saved["heads"])
        self.adam.load_state_dict(saved["adam"])
        self.muon.moments = saved["muon"]
        self.seconds, self.pairs = saved["seconds"], saved["pairs"]

    def save(self):
        """Keeps a checkpoint and exports the model as it is."""
        state = {name: getattr(self, name).state_dict() for name in ("model", "heads", "adam")}
        state |= dict(muon=self.muon.moments, seconds=self.seconds, pairs=self.pairs)
        torch.save(state, self.checkpoint)
        print(f"exported, cosine {export(self.model, self.tokenizer, self.options.out):.5f}", flush=True)
        self.model.train()

    def step(self, progress):
        """Learns from one batch, `progress` (0..1) of the way; returns its losses."""
        self.studio.hard = min(1.0, max(0.0, (progress - 0.08) / 0.5))
        pixels, scenes, *maps = self.studio.batch(BATCH)
        texts = [scene.caption for scene in scenes] + random.sample(self.unknown, STRANGERS)
        # Most of the way only the busiest patches are looked at, which more than halves the work.
        keep = 0 if progress > 0.87 else random.choice([16, 20, 26])
        images, tokens, kept = image_embeds(self.model, pixels * 2 - 1, keep)
        images = F.normalize(images, dim=-1)
        texts = F.normalize(embed_texts(self.model, self.tokenizer, texts), dim=-1)
        clip = contrast(images, texts, scenes, self.model.logit_scale.exp())
        labels = self.heads.label_loss(images, texts, scenes)
        letter, place, thing = self.heads.patch_losses(tokens, kept, maps)
        (clip + labels + 0.5 * letter + 0.25 * place + 0.5 * thing).backward()
        share(self.parameters)
        nn.utils.clip_grad_norm_(self.parameters, 1.0)

        warm = min(1, (self.pairs + 1) / WARM_PAIRS)
        rate = warm * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * progress)))
        self.adam.param_groups[0]["lr"] = RATE * rate
        self.adam.step()
        self.muon.step(rate)
        for parameter in self.parameters:
            parameter.grad = None
        with torch.no_grad():
            self.model.logit_scale.clamp_(max=math.log(100))
        self.pairs += BATCH * distributed.get_world_size()
        return [part.item() for part in (clip, labels, letter, place, thing)]

    def elapsed(self, began):
        """Seconds since `began`, by the first process's clock, so that all stop at the same step."""
        clock = torch.tensor(time.time() - began)
        distributed.broadcast(clock, 0)
        self.seconds = clock.item()
        return self.seconds


def main():
    options = arguments()
    distributed.init_process_group("gloo")
    torch.set_num_threads(1)
    training = Training(options)
    limit, exported, log = options.minutes * 60, training.seconds, []
    began = time.time() - training.seconds
    while (seconds := training.elapsed(began)) < limit:
        log.append(training.step(seconds / limit))
        if len(log) == 25:
            means = " ".join(f"{sum(column) / len(log):.3f}" for column in zip(*log))
            note = (
                f"{seconds / 60:5.1f} min {training.pairs} pairs, {training.pairs / seconds:.0f}/s;"
                f" clip labels letter place thing: {means};"
                f" scale {training.model.logit_scale.exp().item():.1f}"
            )
            log = []
            if training.rank == 0:
                print(note, flush=True)
        if training.rank == 0 and seconds - exported > options.export_every * 60:
            exported = seconds
            training.save()
    if training.rank == 0:
        training.save()
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
