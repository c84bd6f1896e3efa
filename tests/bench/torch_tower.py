"""Times PyTorch's image tower: `torch_tower.py CHECKPOINT [--batch N --rounds N] [--cuda] [--compile]`, squares' pixel_values as raw f32
on standard input. Without --batch one square after the other, each once; with it the first N together, ROUNDS times."""

import argparse
import json
import sys
import time

import torch
from transformers import CLIPVisionModelWithProjection

SIDE = 224


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cuda", action="store_true")
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


def each(tower, squares) -> dict:
    """One picture's time in a run of all."""
    tower(squares[:1])  # the warm-up
    began = time.perf_counter()
    rows = [tower(square).image_embeds[0] for square in squares.split(1)]
    return {"ms": 1000 * (time.perf_counter() - began) / len(rows), "rows": rows}


def together(tower, squares, device: str, rounds: int) -> dict:
    """The times of all pictures at once: pixels up, embeddings back, as ours are."""
    times = []
    for _ in range(rounds + 2):  # the first two are the warm-up
        began = time.perf_counter()
        rows = tower(squares.to(device)).image_embeds.cpu()
        times.append(1000 * (time.perf_counter() - began))
    return {"milliseconds": times[2:], "rows": rows}


def most_flops(device: str) -> float:
    """What the device reaches at a product of 2048 x 2048 matrices in f32: its roofline as PyTorch sees it, in FLOP/s."""
    side, repeats = 2048, 20
    matrix = torch.rand(side, side, device=device)
    began = 0.0
    for repeat in range(-3, repeats):  # the first three are the warm-up
        if repeat == 0:
            settle(device)
            began = time.perf_counter()
        matrix @ matrix
    settle(device)
    return repeats * 2 * side**3 / (time.perf_counter() - began)


def settle(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def main() -> None:
    given = options()
    device = "cuda" if given.cuda else "cpu"
    tower = CLIPVisionModelWithProjection.from_pretrained(given.checkpoint).eval().to(device)
    if given.compile:
        tower = torch.compile(tower)
    raw = bytearray(sys.stdin.buffer.read())
    squares = torch.frombuffer(raw, dtype=torch.float32).reshape(-1, 3, SIDE, SIDE)
    with torch.inference_mode():
        if given.batch is None:
            answer = each(tower, squares)
        else:
            answer = together(tower, squares[: given.batch], device, given.rounds)
            answer["flops"] = most_flops(device)
    answer["rows"] = [row.tolist() for row in answer["rows"]]
    json.dump(answer, sys.stdout)


main()
