package ddpm.data;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The MNIST database of handwritten digits, 28 × 28 grey, which ships inside this library.
 *
 * <p>By Yann LeCun, Corinna Cortes and Christopher J. C. Burges. The four files are checked on
 * every load against the SHA-256 digests of the published ones.
 */
public final class Mnist {

    private static final String REPAIR = "Rebuild the library or install it again";

    private Mnist() {}

    /**
     * The training set.
     *
     * @return 60,000 labelled images
     * @throws BadDataException if the shipped file is damaged
     */
    public static ImageSet train() {
        return Idx.pair(
                read(
                        "train-images-idx3-ubyte",
                        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                read(
                        "train-labels-idx1-ubyte",
                        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"));
    }

    /**
     * The test set.
     *
     * @return 10,000 labelled images
     * @throws BadDataException if the shipped file is damaged
     */
    public static ImageSet test() {
        return Idx.pair(
                read(
                        "t10k-images-idx3-ubyte",
                        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                read(
                        "t10k-labels-idx1-ubyte",
                        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));
    }

    private static IdxFile read(String file, String digest) {
        String resource = "mnist/" + file + ".gz";
        try (InputStream in = Mnist.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw BadDataException.of(resource, "is not in the library", REPAIR);
            }
            return checked(IdxFile.read(in, resource), digest);
        } catch (IOException e) {
            throw BadDataException.of(resource, "cannot be closed", REPAIR, e);
        }
    }

    /** Returns the file if its digest, taken before gzip and with the header, is the given one. */
    static IdxFile checked(IdxFile file, String digest) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(file.header());
            String found = HexFormat.of().formatHex(sha.digest(file.bytes()));
            if (!found.equals(digest)) {
                throw BadDataException.of(
                        file.name(), "has the SHA-256 " + found + ", not " + digest, REPAIR);
            }
            return file;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
