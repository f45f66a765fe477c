"""Trains and draws with diffusers' UNet2DModel, as its example for images without text does."""

from __future__ import annotations

import torch
from diffusers import DDIMPipeline, DDIMScheduler, DDPMScheduler, UNet2DModel
from diffusers.optimization import get_cosine_schedule_with_warmup
from diffusers.training_utils import EMAModel

from . import training

WARM_UP = 50  # steps
GROUPS = 8  # must divide the width
STEPS = 1000  # T


def network(width: int) -> UNet2DModel:
    """Three levels, one residual block each, attention at 7 × 7: the shape of our U-Net."""
    return UNet2DModel(
        sample_size=28,
        in_channels=1,
        out_channels=1,
        block_out_channels=(width, 2 * width, 4 * width),
        layers_per_block=1,
        norm_num_groups=GROUPS,
        down_block_types=("DownBlock2D", "DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
    )


class Run:
    """The step of its train_unconditional.py."""

    def __init__(self, unet: UNet2DModel, steps: int) -> None:
        self._unet = unet
        self._noise = DDPMScheduler(num_train_timesteps=STEPS)
        self._adam = torch.optim.AdamW(
            unet.parameters(), lr=training.RATE, betas=(0.95, 0.999), weight_decay=1e-6)
        self._rate = get_cosine_schedule_with_warmup(self._adam, WARM_UP, steps)
        decay = max(0.0, 1 - training.AVERAGED / steps)
        self._ema = EMAModel(
            unet.parameters(), decay=decay, use_ema_warmup=True, power=3 / 4, foreach=True)
        self.settings = (
            f"UNet2DModel({unet.config.block_out_channels}, layers_per_block=1, attention at 7 × "
            f"7, {GROUPS} groups); linear schedule, T = {STEPS}, predicts ε (its defaults); AdamW "
            f"(0.95, 0.999), weight decay 1e-6, learning rate {training.RATE:g}, warm-up of "
            f"{WARM_UP} steps, cosine to 0; gradient norm 1; EMA {decay:.4f}; batch "
            f"{training.BATCH}"
        )

    def step(self, images: torch.Tensor) -> None:
        """Noise, loss, gradient, clipping, AdamW, learning rate, average."""
        noise = torch.randn_like(images)
        t = torch.randint(0, STEPS, (len(images),))
        noisy = self._noise.add_noise(images, noise, t)
        loss = torch.nn.functional.mse_loss(self._unet(noisy, t).sample, noise)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._unet.parameters(), 1.0)
        self._adam.step()
        self._rate.step()
        self._adam.zero_grad()
        self._ema.step(self._unet.parameters())

    def averaged(self) -> torch.nn.Module:
        """The network, with the averaged weights from now on."""
        self._ema.copy_to(self._unet.parameters())
        return self._unet


def draw(unet: UNet2DModel, count: int) -> torch.Tensor:
    """Its DDIM pipeline with the default settings."""
    pipeline = DDIMPipeline(unet, DDIMScheduler(num_train_timesteps=STEPS))
    pipeline.set_progress_bar_config(disable=True)
    images = pipeline(
        batch_size=count, num_inference_steps=training.SAMPLING_STEPS, output_type="np").images
    return torch.from_numpy(images).permute(0, 3, 1, 2) * 2 - 1


if __name__ == "__main__":
    training.main(training.Library(
        range(8, 129, 8), network, Run, draw,
        f"DDIM, {training.SAMPLING_STEPS} steps, η = 0, leading spacing (its default)"))
