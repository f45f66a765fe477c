"""Trains and draws with lucidrains' denoising-diffusion-pytorch, used as its Trainer does."""

from __future__ import annotations

import torch
from denoising_diffusion_pytorch import GaussianDiffusion, Unet
from ema_pytorch import EMA

from . import training

EVERY = 10  # steps from one update of the average to the next


def network(width: int) -> Unet:
    """Its U-Net as in its README, but three levels: 28 can be halved twice."""
    return Unet(dim=width, dim_mults=(1, 2, 4), channels=1, flash_attn=True)


def diffusion(unet: torch.nn.Module) -> GaussianDiffusion:
    """The library's defaults, for images that are in [-1, 1] already."""
    return GaussianDiffusion(
        unet, image_size=28, timesteps=1000, sampling_timesteps=training.SAMPLING_STEPS,
        auto_normalize=False,
    )


class Run:
    """Its Trainer's step, without its data loader, its logging and its pictures."""

    def __init__(self, unet: torch.nn.Module, steps: int) -> None:
        self._diffusion = diffusion(unet)
        decay = max(0.0, 1 - training.AVERAGED / steps)  # of a single step
        self._adam = torch.optim.Adam(
            self._diffusion.parameters(), lr=training.RATE, betas=(0.9, 0.99))
        self._ema = EMA(self._diffusion, beta=decay**EVERY, update_every=EVERY)
        self.settings = (
            f"Unet(dim={unet.init_conv.out_channels}, dim_mults=(1, 2, 4), flash_attn=True); "
            "sigmoid schedule, T = 1000, predicts v with the weights of ε (its defaults); Adam "
            f"(0.9, 0.99), learning rate {training.RATE:g} and constant, as in its Trainer; "
            f"gradient norm 1; EMA {decay**EVERY:.4f} every {EVERY} steps; batch {training.BATCH}"
        )

    def step(self, images: torch.Tensor) -> None:
        """Loss, gradient, clipping, Adam, average."""
        self._diffusion(images).backward()
        torch.nn.utils.clip_grad_norm_(self._diffusion.parameters(), 1.0)
        self._adam.step()
        self._adam.zero_grad()
        self._ema.update()

    def averaged(self) -> torch.nn.Module:
        """The network with the averaged weights."""
        return self._ema.ema_model.model


def draw(unet: torch.nn.Module, count: int) -> torch.Tensor:
    """Its own DDIM."""
    return diffusion(unet).sample(batch_size=count)


if __name__ == "__main__":
    training.main(training.Library(
        range(8, 129, 2), network, Run, draw, f"DDIM, {training.SAMPLING_STEPS} steps, η = 0"))
