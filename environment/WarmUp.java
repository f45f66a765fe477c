import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** Started once by the set-up: unpacks and loads the engine, and sees that text can be drawn. */
public class WarmUp {

    public static void main(String[] args) {
        try (NDManager manager = NDManager.newBaseManager()) {
            float four = manager.ones(new ai.djl.ndarray.types.Shape(2, 2)).sum().getFloat();
            Engine engine = Engine.getInstance();
            System.out.printf("%s, %s, sum %.0f%n", engine, manager.getDevice(), four);
        }
        try {
            BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.drawString("A", 10, 15);
            graphics.dispose();
        } catch (Throwable e) { // Java throws errors and exceptions of many kinds here
            System.out.println("no fonts: " + e);
            System.exit(1);
        }
    }
}
