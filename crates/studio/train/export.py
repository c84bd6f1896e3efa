"""Writes a trained model as a Hugging Face folder in f16 and checks that transformers reads it back."""

import json
import os
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import CLIPModel

from tokenizer import CONTEXT, END, START

PREPROCESSOR = {
    "crop_size": {"height": 64, "width": 64},
    "do_center_crop": True,
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "image_processor_type": "CLIPImageProcessor",
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"shortest_edge": 64},
}


def export(model: CLIPModel, tokenizer: Tokenizer, folder: Path) -> float:
    """Writes `model` to `folder` in f16 and returns the lowest cosine, over random pictures and a
    few texts, between the embeddings of what was written and of what was trained.

    Everything is written beside the old files first and then moved over them."""
    place, folder = folder, folder / ".next"
    folder.mkdir(parents=True, exist_ok=True)
    half = CLIPModel(model.config)
    half.load_state_dict(model.state_dict())
    half.half().save_pretrained(folder)
    for surplus in folder.glob("generation_config.json"):
        surplus.unlink()
    _write(folder / "preprocessor_config.json", PREPROCESSOR)
    _write(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "CLIPTokenizer",
            "bos_token": START,
            "eos_token": END,
            "pad_token": END,
            "unk_token": END,
            "model_max_length": CONTEXT,
        },
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    lowest = _same(model, tokenizer, folder)
    for written in folder.iterdir():
        written.chmod(0o644)
        os.replace(written, place / written.name)
    folder.rmdir()
    return lowest


def _write(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


@torch.no_grad()
def _same(model, tokenizer, folder):
    again = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
    model.eval()
    pixels = torch.rand(16, 3, 64, 64) * 2 - 1
    images = [m.get_image_features(pixel_values=pixels).pooler_output for m in (model, again)]
    lowest = torch.cosine_similarity(*images).min().item()
    for text in ("a dog", "a photo of a green apple", "ipod"):
        ids = torch.tensor([tokenizer.encode(text).ids])
        texts = [m.get_text_features(input_ids=ids).pooler_output for m in (model, again)]
        lowest = min(lowest, torch.cosine_similarity(*texts).min().item())
    return lowest
