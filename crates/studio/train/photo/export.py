"""Writes the trained model as a folder that open_clip loads, in f16, and checks that it does."""

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path

import open_clip
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import nn

import text_tower
from fillers import fillers
from image_tower import SIDES
from teacher import WIDTH
from tokenizer import END, START

SHARE_KEPT = 0.875  # of the short side; 86.4 % of ImageNet's names against 84.5 with all of it


@dataclass
class Model:
    """Both towers with what joins them; `scale` is what cosines are multiplied with."""

    image: nn.Module
    text: nn.Module
    projection: object
    scale: float
    tokenizer: Tokenizer
    size: str


def write(model: Model, taught, log, folder: Path) -> float:
    """Writes everything beside the old files, then over them; returns the lowest cosine of a few texts between what was trained and what
    open_clip computes from the files."""
    place, folder = folder, folder / ".next"
    folder.mkdir(parents=True, exist_ok=True)
    side = SIDES[model.size]
    _json(folder / "open_clip_config.json", _config(model.size, side))
    _json(folder / "preprocessor_config.json", _preprocessor(side))
    _json(folder / "tokenizer_config.json", _tokenizer_config())
    model.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    tensors = {f"visual.trunk.{name}": values for name, values in model.image.state_dict().items() if "num_batches" not in name}
    tensors["visual.head.proj.weight"] = torch.tensor(model.projection)
    tensors |= {f"text.{name}": values for name, values in model.text.state_dict().items()}
    tensors["logit_scale"] = torch.tensor(math.log(model.scale))
    # Batch norm's variances are of sizes that f16 does not have.
    kind = {name: torch.float32 if name.endswith("running_var") else torch.float16 for name in tensors}
    tensors = {name: values.detach().to(kind[name]).contiguous() for name, values in tensors.items()}
    assert all(values.isfinite().all() for values in tensors.values())
    save_file(tensors, folder / "open_clip_model.safetensors", metadata={"format": "pt"})
    # A page fetches it: no line for each of a group's 300 numbers.
    (folder / "labels.json").write_text(json.dumps(_labels(taught), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    _json(folder / "training.json", log)
    lowest = _same(model, folder)
    for written in folder.iterdir():
        written.chmod(0o644)
        os.replace(written, place / written.name)
    folder.rmdir()
    return lowest


def _config(size, side):
    text = dict(
        context_length=text_tower.CONTEXT, vocab_size=text_tower.VOCABULARY, hf_tokenizer_name="glimpse-mini-photo", **text_tower.SHAPE
    )
    vision = dict(image_size=side, timm_model_name=f"tf_efficientnet_{size}", timm_model_pretrained=False, timm_pool="avg", timm_proj="linear")
    means = dict(mean=[127 / 255] * 3, std=[128 / 255] * 3)
    return {
        "model_cfg": {"embed_dim": WIDTH, "vision_cfg": vision, "text_cfg": text, "custom_text": True},
        "preprocess_cfg": {**means, "interpolation": "bicubic", "resize_mode": "shortest"},
    }


def _preprocessor(side):
    return {
        "image_processor_type": "CLIPImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"shortest_edge": round(side / SHARE_KEPT)},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": side, "width": side},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [127 / 255] * 3,
        "image_std": [128 / 255] * 3,
    }


def _tokenizer_config():
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": START,
        "eos_token": END,
        "pad_token": END,
        "unk_token": END,
        "model_max_length": text_tower.CONTEXT,
        "clean_up_tokenization_spaces": False,
    }


def _labels(taught):
    """Classes in the order of the rows, their other names, and the groups' names with their classes."""
    firsts = [names[0] for names in taught.names]
    known = {name.lower() for name in firsts}
    groups, names = {}, {}
    for offset, places in taught.groups.items():
        for word in taught.group_names(offset):
            if word.lower() in known:
                continue
            if len(places) > 1:
                groups[word] = places
            else:
                names[word] = firsts[places[0]]
    for first, others in zip(firsts, taught.names):
        for name in others[1:]:
            if name.lower() not in known and name not in groups:
                names.setdefault(name, first)
    labels = {"concepts": firsts, "names": names, "groups": groups}
    return labels | {"fillers": fillers(labels)}


def _json(file, content):
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@torch.no_grad()
def _same(model, folder):
    loaded = open_clip.create_model(f"local-dir:{folder}").eval()
    tokenize = open_clip.get_tokenizer(f"local-dir:{folder}")
    texts = ["husky", "a photo of a Granny Smith.", "This is a German Sheperd", "two t-shirts", "photosynthesis"]
    ours = text_tower.embed(model.text, [row.ids for row in model.tokenizer.encode_batch(texts)])
    theirs = loaded.encode_text(tokenize(texts), normalize=True)
    return (ours * theirs).sum(1).min().item()
