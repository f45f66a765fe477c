package ddpm.reference;

import ai.djl.Device;
import ddpm.network.UNet;
import ddpm.training.CheckpointFile;
import ddpm.training.MovingAverage;
import ddpm.training.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A program that trains the tiny model, saves it now and then, and can be killed. */
public final class CheckpointProbe {

    private CheckpointProbe() {}

    /**
     * Trains on from the checkpoint, if there is one.
     *
     * @param args the checkpoint, the last step, and after how many steps to save
     */
    public static void main(String[] args) {
        train(
                Path.of(args[0]),
                Long.parseLong(args[1]),
                Long.parseLong(args[2]),
                System.out::println);
    }

    /**
     * Trains on from the checkpoint, if there is one.
     *
     * @param path the checkpoint
     * @param last number of the last step
     * @param every after how many steps to save; it divides {@code last}
     */
    public static void train(Path path, long last, long every) {
        train(path, last, every, said -> {});
    }

    private static void train(Path path, long last, long every, Consumer<String> out) {
        try (CheckpointFile file = CheckpointFile.open(path);
                UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.9)) {
            Trainer trainer = TinyModel.trainer(net, TinyModel.simple(net), Optional.of(average));
            file.load().ifPresent(checkpoint -> checkpoint.resume(trainer));
            out.accept("at step " + trainer.step());
            if (trainer.step() < last) {
                trainer.run(
                        last - trainer.step(),
                        TinyModel.DATA,
                        step -> {
                            if (step.number() % every == 0) {
                                file.save(net, trainer, Map.of("data seed", "none"));
                            }
                        });
            }
        }
    }

    /**
     * The same in a process of its own.
     *
     * @param path the checkpoint
     * @param last number of the last step
     * @param every after how many steps to save
     * @return the process, just started; what it prints goes to its output
     * @throws IOException if no process can be started
     */
    public static Process start(Path path, long last, long every) throws IOException {
        return child(path, last, every).start();
    }

    /**
     * The same, not started yet.
     *
     * @param path the checkpoint
     * @param last number of the last step
     * @param every after how many steps to save
     * @return its builder
     */
    public static ProcessBuilder child(Path path, long last, long every) {
        return Child.of(CheckpointProbe.class, List.of(), path, last, every)
                .redirectErrorStream(true);
    }
}
