"""The ways in which a PyTorch user can run a network."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

EAGER, COMPILED, TRACED, FROZEN = "eager", "compiled", "traced", "frozen"
LIMIT = 1e-4  # how far an output may be from the eager one


def prepare(unet: nn.Module, mode: str, shape: tuple[int, ...]) -> Callable:
    """The network in a mode, for batches of a shape; its output is compared first.

    What is traced or frozen only samples: it holds a copy of the weights as constants.
    """
    if mode == EAGER:
        return unet
    x, t = torch.randn(shape), torch.full(shape[:1], 500)
    if mode == COMPILED:
        run = torch.compile(unet)
    elif mode in (TRACED, FROZEN):
        with torch.no_grad():
            run = torch.jit.trace(unet.eval(), (x, t))
            if mode == FROZEN:
                run = torch.jit.freeze(run)
    else:
        raise ValueError(f"the mode must be {EAGER}, {COMPILED}, {TRACED} or {FROZEN}, got {mode}")
    with torch.inference_mode():
        apart = (run(x, t) - unet(x, t)).abs().max().item()
    if not apart <= LIMIT:
        raise ValueError(f"{mode}, the network's output differs by {apart:.3g}")
    return run
