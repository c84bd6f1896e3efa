"""Classifies a folder of photographs with open_clip as its documentation does: `torch_folder.py MODEL FOLDER LABELS`, two workers that decode."""

import sys
from pathlib import Path

import open_clip
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset


class Photographs(Dataset):
    def __init__(self, folder: str, transform):
        self.files = sorted(Path(folder).glob("*.jpg"))
        self.transform = transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, place: int):
        return self.transform(Image.open(self.files[place]))


def main() -> None:
    model_folder, folder, labels = sys.argv[1:4]
    name = f"local-dir:{model_folder}"
    model, _, transform = open_clip.create_model_and_transforms(name)
    model.eval()
    with torch.inference_mode():
        tokens = open_clip.get_tokenizer(name)(labels.split(","))
        texts = model.encode_text(tokens, normalize=True)
        loader = DataLoader(Photographs(folder, transform), batch_size=32, num_workers=2)
        for pictures in loader:
            images = model.encode_image(pictures, normalize=True)
            scores = (model.logit_scale.exp() * images @ texts.T).softmax(-1)
            print(scores.tolist())


main()
