"""The library's U-Net as a PyTorch user writes it, with the library's names of the parameters.

One name differs: no module of PyTorch can be called double. Here it is doubling.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

LONGEST_PERIOD = 1e4


class GroupNorm(nn.Module):
    """nn.GroupNorm, but its parameters are called gamma and beta, as in the library's files."""

    def __init__(self, channels: int, norm: dict[str, Any]) -> None:
        super().__init__()
        groups = min(norm["groups"], channels)
        while channels % groups:
            groups -= 1
        self._groups, self._epsilon = groups, norm["epsilon"]
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.group_norm(x, self._groups, self.gamma, self.beta, self._epsilon)


class Attention(nn.Module):
    """Self-attention over all positions, added to the input."""

    def __init__(self, channels: int, config: dict[str, Any]) -> None:
        super().__init__()
        self._heads = config["attention"]["heads"]
        self.norm = GroupNorm(channels, config["norm"])
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, c, h, w = x.shape
        parts = self.qkv(self.norm(x)).reshape(n, 3, self._heads, c // self._heads, h * w)
        q, k, v = parts.transpose(3, 4).contiguous().unbind(1)
        y = F.scaled_dot_product_attention(q, k, v).transpose(2, 3)
        return self.out(y.reshape(n, c, h, w)).add_(x)


class Block(nn.Module):
    """A residual block, and attention after it where the level has it."""

    def __init__(self, inputs: int, outputs: int, attends: bool, config: dict[str, Any]) -> None:
        super().__init__()
        self.norm1 = GroupNorm(inputs, config["norm"])
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(4 * config["channels"], outputs)
        self.norm2 = GroupNorm(outputs, config["norm"])
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)
        self.attention = Attention(outputs, config) if attends else nn.Identity()

    def forward(self, x: torch.Tensor, embedding: torch.Tensor) -> torch.Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        h.add_(self.time(embedding)[:, :, None, None])
        h = self.conv2(F.silu(self.norm2(h)))
        h.add_(self.shortcut(x))
        return self.attention(h)


class Last(nn.Conv2d):
    """Norm, SiLU and the convolution back to an image."""

    def __init__(self, inputs: int, outputs: int, config: dict[str, Any]) -> None:
        super().__init__(inputs, outputs, 3, padding=1)
        self.norm = GroupNorm(inputs, config["norm"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(F.silu(self.norm(x)))


class UNet(nn.Module):
    """ε_θ(x_t, t); the configuration is that in the library's files."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        if config["dropout"] != 0 or config["downsampling"] != "END":
            raise ValueError(f"dropout and other paddings are not written: {config}")
        c = config["channels"]
        widths = [c * m for m in config["multipliers"]]
        attends = [config["imageSize"] >> level in config["attention"]["sizes"]
                   for level in range(len(widths))]
        frequencies = torch.arange(c // 2, dtype=torch.float64) / (c // 2 - 1)
        self.register_buffer(
            "_frequencies", torch.exp(-math.log(LONGEST_PERIOD) * frequencies), persistent=False)
        self.time = nn.ModuleDict({"1": nn.Linear(c, 4 * c), "2": nn.Linear(4 * c, 4 * c)})
        self.first = nn.Conv2d(config["imageChannels"], c, 3, padding=1)
        skips = [c]
        self.down = nn.ModuleList()
        for level, width in enumerate(widths):
            parts = nn.ModuleDict()
            for i in range(config["blocks"]):
                parts[str(i)] = Block(skips[-1], width, attends[level], config)
                skips.append(width)
            if level + 1 < len(widths):
                parts["halve"] = nn.Conv2d(width, width, 3, stride=2)
                skips.append(width)
            self.down.append(parts)
        wide = widths[-1]
        self.middle = nn.ModuleList([Block(wide, wide, attend, config) for attend in (True, False)])
        ups = []
        for level in reversed(range(len(widths))):
            parts = nn.ModuleDict()
            for i in range(config["blocks"] + 1):
                parts[str(i)] = Block(wide + skips.pop(), widths[level], attends[level], config)
                wide = widths[level]
            if level > 0:
                parts["doubling"] = nn.Conv2d(wide, wide, 3, padding=1)
            ups.append(parts)
        self.up = nn.ModuleList(reversed(ups))
        self.last = Last(wide, config["imageChannels"], config)

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """x (N, C, H, W) and t (N), integers in 1 … T; the noise, shape of x."""
        angles = (t - 1)[:, None] * self._frequencies
        embedding = torch.cat([angles.sin(), angles.cos()], 1).to(self.first.weight.dtype)
        embedding = F.silu(self.time["2"](F.silu(self.time["1"](embedding))))
        h = self.first(x)
        skips = [h]
        for level in self.down:
            for name, part in level.items():
                h = part(F.pad(h, (0, 1, 0, 1))) if name == "halve" else part(h, embedding)
                skips.append(h)
        for part in self.middle:
            h = part(h, embedding)
        for level in reversed(self.up):
            for name, part in level.items():
                if name == "doubling":
                    h = part(F.interpolate(h, scale_factor=2))
                else:
                    h = torch.cat([h, skips.pop()], 1)
                    h = part(h, embedding)
        return self.last(h)
