"""What the processes of a training share: gradients, and the clock."""

import time

import torch
from torch import distributed


def average_gradients(parameters):
    """Averages the gradients over the processes."""
    world = distributed.get_world_size()
    if world == 1:
        return
    gradients = [parameter.grad for parameter in parameters]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= world
    for gradient, part in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
        gradient.copy_(part.view_as(gradient))


def elapsed(began):
    """Seconds since `began`, by the first process's clock, so that all stop at the same step."""
    clock = torch.tensor(time.time() - began)
    distributed.broadcast(clock, 0)
    return clock.item()
