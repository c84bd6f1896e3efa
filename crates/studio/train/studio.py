"""Asks glimpse-studio for batches of captioned pictures; its stream.rs says what is on the pipe."""

import json
import struct
import subprocess
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch

SIDE, CELLS = 64, 64
IGNORE = -100
_NO_LETTER, _NO_THING = 255, 65535


@dataclass
class Batch:
    """Captioned pictures.

    `pixels` [n, 3, 64, 64] in -1..1; `texts` (the captions, then texts that are wrong); `labels` [n], each picture's
    class or -1; `letters`, `places` and `things` [n, 64] per patch, IGNORE where nothing is asked; `fits` [n, texts].
    """

    pixels: torch.Tensor
    texts: list
    labels: torch.Tensor
    letters: torch.Tensor
    places: torch.Tensor
    things: torch.Tensor
    fits: torch.Tensor


class Studio:
    """A few drawing processes that work ahead; batches come in the order in which they were asked for."""

    def __init__(self, command, materials, helpers=1):
        self.processes = [
            subprocess.Popen([command, "stream", *materials], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _ in range(helpers)
        ]
        self.waiting, self.turn = deque(), 0

    def ask(self, first, count, hard):
        """Asks for scenes `first` to `first + count` at this hardness, 0 to 1."""
        process = self.processes[self.turn % len(self.processes)]
        self.turn += 1
        process.stdin.write(f"{first} {count} {hard:.4f}\n".encode())
        process.stdin.flush()
        self.waiting.append(process)

    def take(self):
        """The batch that was asked for first."""
        pipe = self.waiting.popleft().stdout

        def read(*shape, kind=np.uint8):
            wanted = int(np.prod(shape)) * np.dtype(kind).itemsize
            found = pipe.read(wanted)
            if len(found) != wanted:
                raise SystemExit("glimpse-studio ended early; its own words above say why")
            return np.frombuffer(found, kind).reshape(shape)

        (length,) = struct.unpack("<I", read(4).tobytes())
        head = json.loads(read(length).tobytes())
        count, texts = head["count"], head["texts"]
        pixels = torch.from_numpy(read(count, SIDE, SIDE, 3).astype(np.float32))
        letters, places = read(count, CELLS), read(count, CELLS)
        things = read(count, CELLS, kind="<u2")
        fits = torch.from_numpy(read(count, len(texts)).astype(bool))
        asked = lambda cells, none: torch.from_numpy(np.where(cells == none, IGNORE, cells.astype(np.int64)))
        return Batch(
            pixels.permute(0, 3, 1, 2) / 127.5 - 1,
            texts,
            torch.tensor(head["labels"]),
            asked(letters, _NO_LETTER),
            asked(places, _NO_LETTER).clamp(max=11),
            asked(things, _NO_THING),
            fits,
        )


def ask_once(command, *words):
    """What a command of glimpse-studio prints."""
    return subprocess.run([command, *words], check=True, stdout=subprocess.PIPE, text=True).stdout
