"""Times PyTorch's eager image tower on this CPU: `torch_tower.py CHECKPOINT`, squares' pixel_values as raw f32 on standard input."""

import json
import sys
import time

import torch
from transformers import CLIPVisionModelWithProjection

SIDE = 224


def main() -> None:
    tower = CLIPVisionModelWithProjection.from_pretrained(sys.argv[1]).eval()
    raw = bytearray(sys.stdin.buffer.read())
    squares = torch.frombuffer(raw, dtype=torch.float32).reshape(-1, 1, 3, SIDE, SIDE)
    rows = []
    with torch.inference_mode():
        tower(squares[0])  # the warm-up
        began = time.perf_counter()
        for square in squares:
            rows.append(tower(square).image_embeds[0])
        seconds = time.perf_counter() - began
    answer = {"ms": 1000 * seconds / len(rows), "rows": [row.tolist() for row in rows]}
    json.dump(answer, sys.stdout)


main()
