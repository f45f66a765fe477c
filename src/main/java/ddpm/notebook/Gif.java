package ddpm.notebook;

import ddpm.WorkStopped;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;

/** Writes animated GIF files with what the JDK has. */
final class Gif {

    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    private static final byte[] FOR_EVER = {1, 0, 0};

    private Gif() {}

    static byte[] encode(List<BufferedImage> frames, List<Integer> millis) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        var bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames.size(); i++) {
                WorkStopped.ifInterrupted("the animation");
                BufferedImage frame = Indexed.of(frames.get(i));
                IIOMetadata metadata = metadata(writer, frame, millis.get(i), i == 0);
                writer.writeToSequence(new IIOImage(frame, null, metadata), null);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static IIOMetadata metadata(
            ImageWriter writer, BufferedImage frame, int millis, boolean first) throws IOException {
        var type = ImageTypeSpecifier.createFromRenderedImage(frame);
        IIOMetadata metadata = writer.getDefaultImageMetadata(type, null);
        var root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        child(root, "ImageDescriptor").setAttribute("interlaceFlag", "FALSE");
        replacePalette(root, frame);
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", Integer.toString(millis / 10));
        if (first) {
            var loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(FOR_EVER.clone());
            child(root, "ApplicationExtensions").appendChild(loop);
        }
        metadata.setFromTree(FORMAT, root);
        return metadata;
    }

    /** The JDK's default is a palette of the web, whatever the frame's own is. */
    private static void replacePalette(IIOMetadataNode root, BufferedImage frame) {
        IIOMetadataNode old = child(root, "LocalColorTable");
        var model = (IndexColorModel) frame.getColorModel();
        var palette = new IIOMetadataNode("LocalColorTable");
        palette.setAttribute("sizeOfLocalColorTable", Integer.toString(model.getMapSize()));
        palette.setAttribute("sortFlag", "FALSE");
        for (int i = 0; i < model.getMapSize(); i++) {
            var entry = new IIOMetadataNode("ColorTableEntry");
            entry.setAttribute("index", Integer.toString(i));
            entry.setAttribute("red", Integer.toString(model.getRed(i)));
            entry.setAttribute("green", Integer.toString(model.getGreen(i)));
            entry.setAttribute("blue", Integer.toString(model.getBlue(i)));
            palette.appendChild(entry);
        }
        root.replaceChild(palette, old);
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        var found = root.getElementsByTagName(name);
        if (found.getLength() > 0) {
            return (IIOMetadataNode) found.item(0);
        }
        var node = new IIOMetadataNode(name);
        root.appendChild(node);
        return node;
    }
}
