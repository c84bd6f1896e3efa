"""Trains the text tower of mini-photo to embed phrases where the image tower sees what they name (locked-image tuning, Zhai et al. 2022).

No picture is needed: the targets are the rows of the image tower's classifier, what WordNet groups them into, and what a sentence encoder
finds near them. Resumes, logs its losses, exports as it goes.
"""

import argparse
import contextlib
import datetime
import json
import math
import os
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import distributed, nn

sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

import export
import image_tower
import lessons
import taught
import teacher
import text_tower
from muon import Muon
from phrases import SENTENCES, say
from precision import faster_precision
from sharing import average_gradients, elapsed
from tokenizer import train_tokenizer

RATE, MUON_RATE = 2e-3, 0.02
WARM_STEPS = 150
# With the cosine times 50 probabilities are about calibrated (notes in README.md beside this).
SCALE = 50.0
# Hyphens part words; other signs say nothing of a picture.
CLEANING = ((r"[-_/‐-―]", " "), (r"[.,!?;:'’‘\"“”()\[\]]", ""))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dictionary", type=Path, required=True, help="the folder with WordNet's data.noun and index.noun")
    parser.add_argument("--work", type=Path, required=True, help="for the checkpoint, the tokenizer and sentence embeddings")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument("--minutes", type=float, default=90, help="of training in all, earlier runs counted (default: 90)")
    parser.add_argument("--tower", choices=image_tower.SIDES, default="lite0", help="the image tower (default: lite0)")
    parser.add_argument("--batch", type=int, default=256, help="phrases a step and process (default: 256)")
    parser.add_argument("--hold-out", action="store_true", help="train the twin that is not shown 100 classes, nor some synonyms")
    parser.add_argument("--export-every", type=float, default=10, help="minutes (default: 10)")
    return parser.parse_args()


class Training:
    """A text tower in training: what is taught, what learns it, and how far it has come."""

    def __init__(self, options):
        self.options, self.rank, self.world = options, distributed.get_rank(), distributed.get_world_size()
        options.work.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(0)
        self.image, rows, _ = image_tower.load(options.tower)
        self.projection, self.classes = teacher.projections(rows.numpy())
        self.taught = taught.read(options.dictionary)
        self.held, self.held_names = lessons.hold_out(self.taught) if options.hold_out else (set(), {})
        if self.rank == 0:
            self.lessons = self._prepare()
        distributed.barrier()
        if self.rank != 0:
            self.lessons = self._prepare()
        self.tokenizer = self._tokenizer()
        self.tower = text_tower.build(teacher.WIDTH)
        blocks = self.tower.transformer.resblocks
        matrices = [parameter for parameter in blocks.parameters() if parameter.ndim == 2]
        others = [parameter for parameter in self.tower.parameters() if not any(parameter is matrix for matrix in matrices)]
        self.parameters = matrices + others
        self.muon = Muon(matrices, rate=MUON_RATE)
        self.adam = torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0)
        self.precision = faster_precision(torch.device("cpu"))
        self.keys = torch.tensor(self.classes, dtype=torch.float32)
        self.targets = torch.tensor(self.lessons.targets)
        self.seconds, self.steps = 0.0, 0
        self.checkpoint = options.work / "checkpoint.pt"
        if self.checkpoint.exists():
            self._resume()
        seed = self.steps * 1000 + self.rank
        self.draw, self.chance = np.random.default_rng(seed), random.Random(seed)

    def _prepare(self):
        if self.rank == 0:
            torch.set_num_threads(self.world)  # the others wait
        found = lessons.prepare(self.taught, self.classes, self.held, self.held_names, self.options.work)
        torch.set_num_threads(1)
        return found

    def _tokenizer(self):
        """The vocabulary, from the phrases; kept beside the checkpoint."""
        kept = self.options.work / "tokenizer.json"
        if self.rank == 0 and not kept.exists():
            chance, texts, kinds = random.Random(3), self.lessons.texts, self.lessons.kinds
            corpus = [say(texts[row], chance) for kind in ("class", "group") for row in kinds[kind][0] for _ in range(6)]
            rows, odds = kinds["noun"]
            corpus += [texts[row] for row in np.random.default_rng(3).choice(rows, 60000, p=odds)]
            corpus += [sentence.replace("{}", "") for sentence in SENTENCES] * 40
            train_tokenizer(corpus, text_tower.VOCABULARY, CLEANING).save(str(kept))
        distributed.barrier()
        return Tokenizer.from_file(str(kept))

    def _resume(self):
        saved = torch.load(self.checkpoint)
        self.tower.load_state_dict(saved["tower"])
        self.adam.load_state_dict(saved["adam"])
        self.muon.moments = saved["muon"]
        self.seconds, self.steps = saved["seconds"], saved["steps"]

    def save(self):
        """Keeps a checkpoint and exports the model as it is, with what is to be said of its training."""
        state = dict(tower=self.tower.state_dict(), adam=self.adam.state_dict(), muon=self.muon.moments)
        state |= dict(seconds=self.seconds, steps=self.steps)
        beside = self.checkpoint.with_suffix(".next")
        torch.save(state, beside)
        os.replace(beside, self.checkpoint)
        log = {
            "date": datetime.date.today().isoformat(),
            "machine": f"{os.cpu_count()} CPU cores",
            "minutes": round(self.seconds / 60, 1),
            "steps": self.steps,
            "phrases": self.steps * self.options.batch * self.world,
            "image_tower": f"tf_efficientnet_{self.options.tower}",
            "text_parameters": sum(parameter.numel() for parameter in self.tower.parameters()),
            "own_row_nearest": self.exam(),
            "held_out": {"classes": sorted(self.held), "names": self.held_names},
        }
        model = export.Model(self.image, self.tower, self.projection, SCALE, self.tokenizer, self.options.tower)
        lowest = export.write(model, self.taught, log, self.options.out)
        print(f"exported, cosine {lowest:.5f}; own row nearest {log['own_row_nearest']}", flush=True)

    @torch.no_grad()
    def exam(self):
        """The share of classes whose name, in a plain sentence, is nearest to their own row of all rows; without a picture."""
        shown = [place for place in range(len(self.classes)) if place not in self.held]
        texts = [f"a photo of a {self.taught.names[place][0]}" for place in shown]
        found = text_tower.embed(self.tower, [row.ids for row in self.tokenizer.encode_batch(texts)])
        best = (found @ self.keys.T).argmax(1)
        return round((best == torch.tensor(shown)).float().mean().item(), 4)

    def step(self, progress):
        """Learns from one batch, `progress` (0..1) of the way; returns its losses."""
        rows = self.lessons.draw(self.options.batch, self.draw)
        said = [say(self.lessons.texts[row], self.chance) for row in rows]
        ids = [[*found.ids[: text_tower.CONTEXT - 1], found.ids[-1]] if len(found.ids) > text_tower.CONTEXT else found.ids
               for found in self.tokenizer.encode_batch(said)]
        with torch.autocast("cpu", self.precision) if self.precision else contextlib.nullcontext():
            found = text_tower.embed(self.tower, ids)
        wanted = self.targets[rows]
        near = 1 - (found * wanted).sum(1).mean()
        # What pictures of each class would make of the phrase, for the target and for what was learned so far.
        teacher_says = F.softmax(30 * wanted @ self.keys.T, 1)
        said_so_far = F.log_softmax(30 * found @ self.keys.T, 1)
        apart = F.kl_div(said_so_far, teacher_says, reduction="batchmean")
        (2 * near + 0.5 * apart).backward()
        average_gradients(self.parameters)
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        rate = min(1, (self.steps + 1) / WARM_STEPS) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        self.adam.param_groups[0]["lr"] = RATE * rate
        self.adam.step()
        self.muon.step(rate)
        for parameter in self.parameters:
            parameter.grad = None
        self.steps += 1
        return near.item(), apart.item()


def main():
    options = arguments()
    distributed.init_process_group("gloo")
    torch.set_num_threads(1)
    training = Training(options)
    limit, exported, log = options.minutes * 60, training.seconds, []
    began = time.time() - training.seconds
    while (seconds := elapsed(began)) < limit:
        training.seconds = seconds
        log.append(training.step(seconds / limit))
        if len(log) == 50:
            near, apart = (sum(column) / len(log) for column in zip(*log))
            log = []
            if training.rank == 0:
                print(f"{seconds / 60:5.1f} min {training.steps} steps; cosine {1 - near:.3f}, divergence {apart:.3f}", flush=True)
        if training.rank == 0 and seconds - exported > options.export_every * 60:
            exported = seconds
            training.save()
    if training.rank == 0:
        training.save()
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
