import ai.djl.ndarray.NDManager;
import ddpm.network.Compute;
import ddpm.notebook.ImageGrid;
import ddpm.pretrained.Pretrained;
import ddpm.sampling.SecondOrderSampler;
import ddpm.sampling.StepSubset;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

public class DrawDigits {
    public static void main(String[] arguments) throws IOException {
        try (Pretrained digits = Pretrained.digits(); NDManager manager = Compute.manager()) {
            var steps = StepSubset.uniform(digits.forward().schedule().steps(), 20);
            var sampler = new SecondOrderSampler(digits.denoiser(), steps);
            var drawn = ImageGrid.of(digits.sample(manager, 16, sampler, 5)).withColumns(4);
            ImageIO.write(drawn.toImage(), "png", new File("digits.png"));
        }
    }
}
