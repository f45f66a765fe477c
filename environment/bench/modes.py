"""The ways in which a PyTorch user can run a network."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

EAGER, COMPILED, TRACED, FROZEN = "eager", "compiled", "traced", "frozen"
AUTOCAST, PURE, FROZEN_PURE = "autocast", "bfloat16", "bfloat16, frozen"
ROUNDED_MODES = (AUTOCAST, PURE, FROZEN_PURE)
MODES = (EAGER, COMPILED, TRACED, FROZEN, *ROUNDED_MODES)
LIMIT = 1e-4  # how far an output may be from the eager one
ROUNDED = 0.05  # the same with autocast, as a share of the output's length
ALL_ROUNDED = 0.3  # the same with parameters and embedding in bfloat16


def prepare(unet: nn.Module, mode: str, shape: tuple[int, ...]) -> Callable:
    """The network in a mode, for batches of a shape; its output is compared first.

    What is traced or frozen only samples: it holds a copy of the weights as constants. Autocast is
    bfloat16 with parameters in float32; else their own type becomes bfloat16.
    """
    if mode not in MODES:
        raise ValueError(f"the mode must be one of {', '.join(MODES)}, got {mode}")
    if mode == EAGER:
        return unet
    x, t = torch.randn(shape), torch.full(shape[:1], 500)
    with torch.inference_mode():
        wanted = unet(x, t)
    if mode == COMPILED:
        run = torch.compile(unet)
    elif mode == AUTOCAST:
        run = autocast(unet)
    elif mode == PURE:
        run = Pure(unet)
    else:
        run = unet if mode in (TRACED, FROZEN) else Pure(unet)
        with torch.no_grad():
            run = torch.jit.trace(run.eval(), (x, t))
            if mode != TRACED:
                run = torch.jit.freeze(run)
    with torch.inference_mode():
        apart = run(x, t) - wanted
    check(mode, apart.abs().max().item(), (apart.norm() / wanted.norm()).item())
    return run


def check(mode: str, largest: float, share: float) -> None:
    """Raises ValueError if an output is too far from the eager one, or not rounded."""
    if mode in ROUNDED_MODES:
        if not LIMIT < share <= (ROUNDED if mode == AUTOCAST else ALL_ROUNDED):
            raise ValueError(f"{mode}, the network's output differs by a share of {share:.3g}")
    elif not largest <= LIMIT:
        raise ValueError(f"{mode}, the network's output differs by {largest:.3g}")


def autocast(unet: nn.Module) -> Callable:
    """The network in bfloat16 where PyTorch thinks it wise."""
    def run(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return unet(x, t).float()
    return run


class Pure(nn.Module):
    """The network with all parameters in bfloat16; input and output stay float32."""

    def __init__(self, unet: nn.Module) -> None:
        super().__init__()
        self.unet = unet.to(torch.bfloat16)

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return self.unet(x.to(torch.bfloat16), t).float()
