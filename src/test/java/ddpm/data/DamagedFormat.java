package ddpm.data;

import ddpm.reference.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Files of images, and ways to spoil them. */
interface DamagedFormat {

    /** The damage that such files can have. */
    Set<Damage> kinds();

    /** Writes whole files, and returns what they hold. */
    ImageSet write(Path folder) throws IOException;

    /**
     * Spoils whole files. Where the format has a checksum, the spoilt content gets a right one; cut
     * files and flipped bytes do not.
     *
     * @return what they hold now, if nothing in them need show the damage
     */
    Optional<ImageSet> spoil(Path folder, Damage damage, SplittableRandom random)
            throws IOException;

    ImageSet load(Path folder);

    static void cut(Path file, SplittableRandom random) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
    }

    static byte[] flip(Path file, int at, SplittableRandom random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= (byte) random.nextInt(1, 256);
        Files.write(file, bytes);
        return bytes;
    }

    /** Of any size from 2^8 to 2^31, and now and then negative. */
    static int huge(SplittableRandom random) {
        int huge = random.nextInt(1 << random.nextInt(8, 31)) + (1 << 8);
        return random.nextInt(4) == 0 ? -huge : huge;
    }

    @SafeVarargs
    static <T> T oneOf(SplittableRandom random, T... values) {
        return values[random.nextInt(values.length)];
    }
}
