"""Starts the registered kernel, runs what a reader's first cells do, and ends it.

The JVM then archives the classes that it has loaded, in the file that is named.
"""

from __future__ import annotations

import sys

from jupyter_client.manager import KernelManager

OPTION = "-XX:SharedArchiveFile="
PATIENCE = 300  # seconds
CELLS = """\
import ai.djl.ndarray.NDArray;
import ddpm.data.*;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.*;
import ddpm.notebook.*;
import ddpm.pretrained.Pretrained;
import ddpm.sampling.*;
import ddpm.schedule.LinearSchedule;
import ddpm.training.*;
import java.util.*;

var net = UNet.create(UNetConfig.MNIST, 1);
var loss = DiffusionLoss.simple(new ForwardProcess(LinearSchedule.DDPM));
var objective = new NoiseObjective(loss, net.training(), 1000);
var settings = new Trainer.Settings(LearningRate.constant(1e-3), 1, 1);
ImageSet mnist = Mnist.train();
var order = new Shuffle(mnist.size(), 2, 1);
new Trainer(net.weights(), objective, settings, Optional.empty())
    .run(1, (manager, step) -> mnist.batch(manager, order.at(step)), step -> {});

var digits = Pretrained.digits();
var sampler = new DdimSampler(digits.denoiser(), StepSubset.of(1, 250), 0);
NDArray images = digits.sample(digits.network().manager(), 2, sampler, 1);
ImageGrid.of(images)
"""


def main() -> None:
    """`ARCHIVE`: fails with what the kernel said if a cell fails."""
    manager = KernelManager(kernel_name="java", shutdown_wait_time=PATIENCE)
    argv = [word for word in manager.kernel_spec.argv if not word.startswith(OPTION)]
    manager.kernel_spec.argv = [argv[0], f"-XX:ArchiveClassesAtExit={sys.argv[1]}", *argv[1:]]
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(PATIENCE)
        reply = client.execute_interactive(CELLS, timeout=PATIENCE, output_hook=lambda said: None)
        if reply["content"]["status"] != "ok":
            sys.exit(str(reply["content"]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


if __name__ == "__main__":
    main()
