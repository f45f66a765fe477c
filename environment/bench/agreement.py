"""Shows that PyTorch computes what the library does, before anything is timed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from labkit import kernel, measured, pytorch
from labkit.trouble import Trouble

MAKER = "ddpm.benchmark.SharedCase"

# How far the two may be apart. Images in their own unit, the rest as a share.
LIMITS = {"output": 1e-4, "output in bfloat16": 0.05, "rounding": 0.05, "sample": 1e-4,
          "loss": 1e-5, "gradient norm": 1e-3, "gradient": 1e-3, "weights": 1e-3, "average": 1e-3}
LEAST_OUTPUT = 0.1  # else an equal output would say little
LEAST_ROUNDING = 1e-4  # else it is not bfloat16
LEAST_GRADIENT = 1.0  # else it is not shortened, and an equal step does not show how


def prove(network: str, out: Path) -> dict[str, Any]:
    """Lets both compute the same case, and raises Trouble if they do not agree."""
    folder = out / network
    folder.mkdir(parents=True, exist_ok=True)
    java, env = kernel.program([MAKER, network, str(folder)])
    made = measured.run(java, env, f"{network} network: write down a case", out)
    case = made.result
    words = [pytorch.PYTHON, "-m", "bench.prove", folder, case["loss"], case["gradientNorm"],
             *reversed(case["visited"])]
    done = measured.run(words, pytorch.environment(env["OMP_NUM_THREADS"]),
                       f"{network} network: compare PyTorch with it", out)
    check(network, case, done.result)
    return {"parameters": case["parameters"], "automatic": case["precision"],
            "differences": done.result}


def check(network: str, case: dict[str, Any], found: dict[str, float]) -> None:
    """Raises Trouble if the two do not compute the same."""
    faults = [f"{name} {found[name]:.3g}, at most {limit:g}" for name, limit in LIMITS.items()
              if not found[name] <= limit]
    if found["parameters"] != case["parameters"]:
        faults.append(f"{found['parameters']:,} parameters, not {case['parameters']:,}")
    if not found["size of the output"] >= LEAST_OUTPUT:
        faults.append(f"an output of {found['size of the output']:.3g}, at least {LEAST_OUTPUT}")
    if not found["rounding"] >= LEAST_ROUNDING:
        faults.append(f"a rounding of {found['rounding']:.3g}, at least {LEAST_ROUNDING:g}")
    if not case["gradientNorm"] > LEAST_GRADIENT:
        faults.append(f"a gradient of {case['gradientNorm']:.3g}, more than {LEAST_GRADIENT:g}")
    if faults:
        raise Trouble(f"PyTorch does not compute what the library does for the {network} network, "
                      f"so nothing is timed: {'; '.join(faults)}.")
