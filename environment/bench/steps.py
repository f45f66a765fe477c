"""The training step and the sampler, as a PyTorch user writes them; the paper's settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional as F

from .unet import UNet

STEPS = 1000  # T
RATE, LONGEST_GRADIENT, DECAY = 2e-4, 1.0, 0.9999
BETA = torch.linspace(1e-4, 0.02, STEPS, dtype=torch.float64)
ALPHA_BAR = torch.cat([torch.ones(1, dtype=torch.float64), (1 - BETA).cumprod(0)])  # ᾱ_0 … ᾱ_T
SIGNAL, NOISE = ALPHA_BAR.sqrt(), (1 - ALPHA_BAR).sqrt()
SIGNAL_OF_IMAGES = SIGNAL.float()[:, None, None, None]
NOISE_OF_IMAGES = NOISE.float()[:, None, None, None]
AVERAGE = "average."


@dataclass(frozen=True)
class Saved:
    """What a file of the library holds: the network's configuration, and tensors in order."""

    config: dict[str, Any]
    tensors: dict[str, torch.Tensor]

    @staticmethod
    def read(path: Path) -> Saved:
        """Reads a file."""
        with safe_open(path, framework="pt") as file:
            tensors = {name.replace(".double.", ".doubling."): file.get_tensor(name)
                       for name in file.offset_keys()}
            return Saved(json.loads(file.metadata()["ddpm.config"]), tensors)

    def weights(self) -> dict[str, torch.Tensor]:
        """The network's parameters by name."""
        return {name: x for name, x in self.tensors.items()
                if not name.startswith((AVERAGE, "adamw."))}

    def network(self) -> UNet:
        """The network; every name must fit."""
        unet = UNet(self.config)
        unet.load_state_dict(self.weights())
        return unet


def noisy(x0: torch.Tensor, t: torch.Tensor, eps: torch.Tensor) -> torch.Tensor:
    """A sample of q(x_t | x_0)."""
    return SIGNAL_OF_IMAGES[t] * x0 + NOISE_OF_IMAGES[t] * eps


class Training:
    """Adam, gradients of a limited norm, and a moving average of the weights."""

    def __init__(self, unet: nn.Module, run: Optional[Callable] = None) -> None:
        self.unet, self.run = unet, run or unet
        self.parameters = list(unet.parameters())
        self.average = [p.detach().clone() for p in self.parameters]
        self.updates = 0
        self.adam = torch.optim.AdamW(
            self.parameters, lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, fused=True)

    def step(self, x0: torch.Tensor, t: torch.Tensor, eps: torch.Tensor) -> tuple[float, float]:
        """One step; the loss, and the norm of the gradient."""
        loss = F.mse_loss(self.run(noisy(x0, t, eps), t), eps)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.parameters, LONGEST_GRADIENT, foreach=True)
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        self.updates += 1
        decay = min(DECAY, (1 + self.updates) / (10 + self.updates))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - decay)
        return loss.item(), norm.item()


@torch.inference_mode()
def ddim(unet: Callable, x: torch.Tensor, times: Sequence[int]) -> torch.Tensor:
    """Walks back over steps that fall, and then to 0; η = 0, x̂_0 kept in [-1, 1]."""
    for t, s in zip(times, [*times[1:], 0]):
        eps = unet(x, torch.full((len(x),), t))
        x0 = ((x - NOISE[t].item() * eps) / SIGNAL[t].item()).clamp_(-1, 1)
        eps = (x - SIGNAL[t].item() * x0) / NOISE[t].item()
        x = SIGNAL[s].item() * x0 + NOISE[s].item() * eps
    return x


def uniform(count: int) -> list[int]:
    """Falling steps at equal distances, T and 1 among them if there is more than one."""
    if count == 1:
        return [STEPS]
    return [round(1 + (STEPS - 1) * i / (count - 1)) for i in reversed(range(count))]
