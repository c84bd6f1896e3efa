"""Trains the built-in model for a given number of minutes, exporting it as it goes; run again, it resumes.

Started by torchrun with a process per core: one thread each and gradients shared once a step bear a
busy machine far better than one process whose threads wait for each other in every operation.
On a machine with a GPU one process is enough, with many `--helpers` that draw for it.
"""

import argparse
import contextlib
import datetime
import json
import math
import os
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import distributed, nn

from export import export
from losses import Heads, contrast
from model import SIZES, build, image_embeds, text_embeds
from muon import Muon
from precision import faster_precision
from sharing import average_gradients, elapsed
from studio import Studio, ask_once
from tokenizer import train_tokenizer

RATE = 1.5e-3
WARM_PAIRS = 11500
CHUNK = 32  # how many texts are embedded together
SHARES = ("clip", "labels", "letter", "place", "thing")  # the losses


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--studio", required=True, help="the glimpse-studio program")
    parser.add_argument("--art", type=Path, required=True, help="the folder with the art's node_modules")
    parser.add_argument("--atlas", type=Path, required=True, help="what `glimpse-studio atlas` wrote")
    parser.add_argument("--work", type=Path, required=True, help="for the checkpoint and the tokenizer")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument("--minutes", type=float, default=120, help="of training in all, earlier runs counted (default: 120)")
    parser.add_argument("--size", choices=SIZES, default="small", help="large wants a GPU (default: small)")
    parser.add_argument("--batch", type=int, default=96, help="pictures a step and process (default: 96)")
    parser.add_argument("--helpers", type=int, default=1, help="drawing processes for each process (default: 1)")
    parser.add_argument("--export-every", type=float, default=5, help="minutes (default: 5)")
    return parser.parse_args()


def learn_tokenizer(options, materials):
    """The vocabulary, from captions as the scenes have them; kept beside the checkpoint."""
    kept = options.work / "tokenizer.json"
    if not kept.exists():
        known = json.loads(ask_once(options.studio, "labels"))
        names = [*known["concepts"], *known["names"], *known["words"]]
        names += [f"{colour} {shape}" for colour in known["colours"] for shape in known["shapes"]]
        corpus = ask_once(options.studio, "captions", *materials, "--seed", "5", "--n", "15000").splitlines()
        train_tokenizer(names * 20 + corpus, 4096).save(str(kept))
    return Tokenizer.from_file(str(kept))


class Training:
    """A model in training: what is learned, what learns it, and how far it has come."""

    def __init__(self, options):
        self.options, self.rank = options, distributed.get_rank()
        self.world = distributed.get_world_size()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        options.work.mkdir(parents=True, exist_ok=True)
        materials = ["--art", str(options.art), "--atlas", str(options.atlas)]
        if self.rank == 0:
            learn_tokenizer(options, materials)
        distributed.barrier()
        self.tokenizer = learn_tokenizer(options, materials)
        known = json.loads(ask_once(options.studio, "labels"))
        labels, concepts = set(known["concepts"]) | set(known["words"]), known["patch_classes"]
        torch.manual_seed(0)
        width, layers, *_ = SIZES[options.size]
        self.model = build(self.tokenizer.get_vocab_size(), options.size).to(self.device)
        self.heads = Heads(width, layers, len(labels), concepts).to(self.device)
        matrices, others = [], list(self.heads.parameters())
        for name, parameter in self.model.named_parameters():
            (matrices if ".layers." in name and parameter.ndim == 2 else others).append(parameter)
        self.parameters = matrices + others
        self.muon = Muon(matrices)
        self.adam = torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01, foreach=True)
        self.precision = faster_precision(self.device)
        self.seconds, self.pairs, self.means = 0.0, 0, {}
        self.checkpoint = options.work / "checkpoint.pt"
        if self.checkpoint.exists():
            self._resume()
        torch.manual_seed(self.pairs + self.rank)
        random.seed(self.pairs)
        self.studio = Studio(options.studio, [*materials, "--seed", "1"], options.helpers)
        self.asked = self.pairs + self.rank * options.batch
        self.hard = lambda progress: min(1.0, max(0.0, (progress - 0.06) / 0.45))

    def _resume(self):
        saved = torch.load(self.checkpoint, map_location=self.device)
        self.model.load_state_dict(saved["model"])
        self.heads.load_state_dict(saved["heads"])
        self.adam.load_state_dict(saved["adam"])
        self.muon.moments = saved["muon"]
        self.seconds, self.pairs = saved["seconds"], saved["pairs"]

    def save(self):
        """Keeps a checkpoint and exports the model as it is, with what is to be said of its training."""
        state = {name: getattr(self, name).state_dict() for name in ("model", "heads", "adam")}
        state |= dict(muon=self.muon.moments, seconds=self.seconds, pairs=self.pairs)
        beside = self.checkpoint.with_suffix(".next")
        torch.save(state, beside)
        os.replace(beside, self.checkpoint)
        cosine = export(self.model, self.tokenizer, self.options.out)
        known = json.loads(ask_once(self.options.studio, "labels"))
        del known["patch_classes"]
        (self.options.out / "labels.json").write_text(json.dumps(known, indent=2) + "\n")
        where = torch.cuda.get_device_name() if self.device.type == "cuda" else f"{os.cpu_count()} CPU cores"
        log = {
            "date": datetime.date.today().isoformat(),
            "machine": where,
            "minutes": round(self.seconds / 60, 1),
            "pairs": self.pairs,
            "pairs_per_second": round(self.pairs / max(self.seconds, 1)),
            "parameters": sum(parameter.numel() for parameter in self.model.parameters()),
            "final_losses": self.means,
        }
        (self.options.out / "training.json").write_text(json.dumps(log, indent=2) + "\n")
        print(f"exported, cosine {cosine:.5f}", flush=True)
        self.model.train()

    def ask(self, progress):
        """Has the studio draw this process's next batch."""
        self.studio.ask(self.asked, self.options.batch, self.hard(progress))
        self.asked += self.options.batch * self.world

    def step(self, progress):
        """Learns from one batch, `progress` (0..1) of the way; returns its losses."""
        self.ask(progress)
        batch = self.studio.take()
        # Most of the way only the busiest patches are looked at, which more than halves the work.
        keep = 0 if progress > 0.87 else random.choice([16, 20, 26])
        lower = torch.autocast(self.device.type, self.precision) if self.precision else contextlib.nullcontext()
        with lower:
            images, tokens, kept = image_embeds(self.model, batch.pixels.to(self.device), keep)
            texts = self.embed_texts(batch.texts)
        images, texts = F.normalize(images.float(), dim=-1), F.normalize(texts.float(), dim=-1)
        clip = contrast(images, texts, batch.fits, self.model.logit_scale.exp())
        labels = self.heads.label_loss(images, texts, batch.labels.to(self.device))
        letter, place, thing = self.heads.patch_losses(tokens, kept, batch)
        (clip + labels + 0.5 * letter + 0.25 * place + 0.5 * thing).backward()
        average_gradients(self.parameters)
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
        self.pairs += self.options.batch * self.world
        return [part.item() for part in (clip, labels, letter, place, thing)]

    def embed_texts(self, texts):
        """Embeds the texts, those of like length together so that little is spent on padding."""
        rows = sorted(enumerate(found.ids for found in self.tokenizer.encode_batch(texts)), key=lambda row: len(row[1]))
        found = []
        together = CHUNK if self.device.type == "cpu" else len(rows)
        for start in range(0, len(rows), together):
            chunk = [row for _, row in rows[start : start + together]]
            ids = torch.zeros(len(chunk), len(chunk[-1]), dtype=torch.long)
            for place, row in enumerate(chunk):
                ids[place, : len(row)] = torch.tensor(row)
            ends = torch.tensor([len(row) - 1 for row in chunk], device=self.device)
            found.append(text_embeds(self.model, ids.to(self.device), ends))
        order = torch.tensor([place for place, _ in rows], device=self.device)
        return torch.cat(found)[order.argsort()]


def main():
    options = arguments()
    distributed.init_process_group("gloo")
    torch.set_num_threads(1)
    training = Training(options)
    limit, exported, log = options.minutes * 60, training.seconds, []
    began = time.time() - training.seconds
    for _ in range(options.helpers):
        training.ask(training.seconds / limit)
    while (seconds := elapsed(began)) < limit:
        training.seconds = seconds
        log.append(training.step(seconds / limit))
        if len(log) == 25:
            training.means = {name: round(sum(column) / len(log), 3) for name, column in zip(SHARES, zip(*log))}
            means = " ".join(f"{name} {mean:.3f}" for name, mean in training.means.items())
            scale = training.model.logit_scale.exp().item()
            log = []
            if training.rank == 0:
                note = f"{seconds / 60:5.1f} min {training.pairs} pairs, {training.pairs / seconds:.0f}/s; {means}"
                print(f"{note}; scale {scale:.1f}", flush=True)
        if training.rank == 0 and seconds - exported > options.export_every * 60:
            exported = seconds
            training.save()
    if training.rank == 0:
        training.save()
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
