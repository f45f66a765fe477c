package ddpm.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import ddpm.reference.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Ways to spoil a file of tensors. If it has a digest, all but the first two give the spoilt file a
 * right one.
 */
final class SpoiltTensors {

    private static final List<String> TYPES =
            List.of("F16", "BF16", "F64", "I32", "U32", "f32", "", "F32 ");

    /** Parts of the configuration, each up to a number of one digit. */
    private static final List<String> CONFIGURATION =
            List.of(
                    "imageChannels\\\\\":1",
                    "channels\\\\\":4",
                    "multipliers\\\\\":\\[1",
                    "blocks\\\\\":1",
                    "sizes\\\\\":\\[2");

    private SpoiltTensors() {}

    static byte[] spoil(byte[] file, Damage damage, SplittableRandom random) {
        return switch (damage) {
            case CUT -> Arrays.copyOf(file, random.nextInt(file.length));
            case FLIPPED_BYTES -> flip(file, random);
            case SWAPPED_SHAPES -> rewrite(file, header -> swap(header, random));
            case HUGE_LENGTHS -> enlarge(file, random);
            case WRONG_TYPE ->
                    rewrite(
                            file,
                            header -> {
                                MatchResult one = pick(find(header, "\"F32\""), random);
                                return put(header, one, '"' + pick(TYPES, random) + '"');
                            });
            case OTHER_CONFIGURATION -> rewrite(file, header -> configure(header, random));
        };
    }

    /** Half of them in the header, which is the smaller part. */
    private static byte[] flip(byte[] file, SplittableRandom random) {
        byte[] bad = file.clone();
        int end = random.nextBoolean() ? header(file).length() : file.length;
        bad[random.nextInt(end)] ^= (byte) random.nextInt(1, 256);
        return bad;
    }

    private static String swap(String header, SplittableRandom random) {
        List<MatchResult> all = find(header, "\"shape\":\\[\\d[^]]*]");
        MatchResult one = pick(all, random);
        MatchResult other = pick(all, random);
        while (other.group().equals(one.group())) {
            other = pick(all, random);
        }
        return put(header, one, other.group());
    }

    private static byte[] enlarge(byte[] file, SplittableRandom random) {
        long huge = random.nextLong(1L << random.nextInt(31, 63)) + (1L << 30);
        if (random.nextInt(4) == 0) {
            byte[] bad = file.clone();
            little(bad).putLong(random.nextBoolean() ? huge : -huge);
            return bad;
        }
        String sign = random.nextInt(4) == 0 ? "-" : "";
        return rewrite(
                file,
                header -> {
                    MatchResult one = pick(find(header, "(?<=[\\[,])\\d+(?=[],])"), random);
                    return put(header, one, sign + huge);
                });
    }

    /** Another network; in a file that names none, a tensor of one. */
    private static String configure(String header, SplittableRandom random) {
        List<MatchResult> all = find(header, pick(CONFIGURATION, random));
        if (all.isEmpty()) {
            MatchResult name = pick(find(header, "\"[a-z0-9.]+\"(?=:\\{\"dtype)"), random);
            return put(header, name, "\"other" + name.group().substring(1));
        }
        long other = random.nextLong(2, 1L << random.nextInt(3, 40)) * 2 + random.nextInt(1, 3);
        MatchResult one = all.get(0);
        String start = one.group().substring(0, one.group().length() - 1);
        return put(header, one, start + other);
    }

    static byte[] bytes(float[] values) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        little(bytes).asFloatBuffer().put(values);
        return bytes;
    }

    static void writeFile(OutputStream out, byte[] header, byte[] numbers) throws IOException {
        byte[] length = new byte[Long.BYTES];
        little(length).putLong(header.length);
        out.write(length);
        out.write(header);
        out.write(numbers);
    }

    /** Changes the header and gives the file the digest of its new content, if it had one. */
    private static byte[] rewrite(byte[] file, UnaryOperator<String> change) {
        byte[] numbers =
                Arrays.copyOfRange(file, 8 + header(file).getBytes(UTF_8).length, file.length);
        String digest = "\"" + SafeTensors.DIGEST + "\":\"[0-9a-f]{64}\",";
        List<MatchResult> entries = find(header(file), digest);
        String text;
        if (entries.isEmpty()) {
            text = change.apply(header(file));
        } else {
            MatchResult entry = entries.get(0);
            String bare = change.apply(put(header(file), entry, ""));
            var sha = Hex.sha256();
            sha.update(bare.getBytes(UTF_8));
            sha.update(numbers);
            String good = entry.group().replaceFirst("[0-9a-f]{64}", Hex.of(sha));
            text = bare.substring(0, entry.start()) + good + bare.substring(entry.start());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writeFile(out, text.getBytes(UTF_8), numbers);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static String header(byte[] file) {
        return new String(file, 8, (int) little(file).getLong(), UTF_8);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<MatchResult> find(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().toList();
    }

    private static <T> T pick(List<T> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }

    private static String put(String text, MatchResult place, String instead) {
        return text.substring(0, place.start()) + instead + text.substring(place.end());
    }
}
