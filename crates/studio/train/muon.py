"""The Muon optimiser: momentum whose matrices are made orthogonal before each step."""

import torch
from torch import distributed


class Muon:
    """Steps 2-D weights; those of one shape are made orthogonal together, and each process
    makes its share of them, which is what makes it cheap."""

    def __init__(self, parameters, rate=0.02, momentum=0.95, decay=0.02):
        self.rate, self.momentum, self.decay = rate, momentum, decay
        self.shapes = {}
        for parameter in parameters:
            self.shapes.setdefault(tuple(parameter.shape), []).append(parameter)
        self.moments = {
            shape: torch.zeros(len(group), *shape, device=group[0].device) for shape, group in self.shapes.items()
        }

    @torch.no_grad()
    def step(self, scale):
        """One step at `scale` times the rate."""
        for shape, group in self.shapes.items():
            gradient = torch.stack([parameter.grad for parameter in group])
            moment = self.moments[shape].lerp_(gradient, 1 - self.momentum)
            smooth = gradient.lerp(moment, self.momentum)
            share = slice(distributed.get_rank(), None, distributed.get_world_size())
            update = torch.zeros_like(smooth)
            update[share] = orthogonal(smooth[share])
            distributed.all_reduce(update)
            size = self.rate * scale
            for parameter, change in zip(group, update):
                parameter.mul_(1 - size * self.decay)
                parameter.add_(change, alpha=-size * max(1, shape[0] / shape[1]) ** 0.5)


def orthogonal(matrices, rounds=4):
    """The nearest (nearly) orthogonal matrices, by Newton and Schulz's iteration."""
    tall = matrices.shape[-2] > matrices.shape[-1]
    found = (matrices.mT if tall else matrices).bfloat16()
    found = found / (found.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        square = found @ found.mT
        found = 3.4445 * found + (-4.7750 * square + 2.0315 * square @ square) @ found
    return (found.mT if tall else found).float()
