package ddpm.training;

import static java.nio.charset.StandardCharsets.UTF_8;

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

/** Ways to spoil a checkpoint. All but the first two give the spoilt file a right digest. */
enum Damage {
    CUT {
        @Override
        byte[] spoil(byte[] file, SplittableRandom random) {
            return Arrays.copyOf(file, random.nextInt(file.length));
        }
    },
    FLIPPED_BYTES {
        @Override
        byte[] spoil(byte[] file, SplittableRandom random) {
            byte[] bad = file.clone();
            // Half of them in the header, which is the smaller part.
            int end = random.nextBoolean() ? header(file).length() : file.length;
            bad[random.nextInt(end)] ^= (byte) random.nextInt(1, 256);
            return bad;
        }
    },
    SWAPPED_SHAPES {
        @Override
        byte[] spoil(byte[] file, SplittableRandom random) {
            return rewrite(
                    file,
                    header -> {
                        List<MatchResult> all = find(header, "\"shape\":\\[\\d[^]]*]");
                        MatchResult one = pick(all, random);
                        MatchResult other = pick(all, random);
                        while (other.group().equals(one.group())) {
                            other = pick(all, random);
                        }
                        return put(header, one, other.group());
                    });
        }
    },
    HUGE_LENGTHS {
        @Override
        byte[] spoil(byte[] file, SplittableRandom random) {
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
    },
    WRONG_TYPE {
        @Override
        byte[] spoil(byte[] file, SplittableRandom random) {
            List<String> types = List.of("F16", "BF16", "F64", "I32", "U32", "f32", "", "F32 ");
            return rewrite(
                    file,
                    header -> {
                        MatchResult one = pick(find(header, "\"F32\""), random);
                        return put(header, one, '"' + types.get(random.nextInt(8)) + '"');
                    });
        }
    },
    OTHER_CONFIGURATION {
        @Override
        byte[] spoil(byte[] file, SplittableRandom random) {
            List<String> numbers =
                    List.of(
                            "imageChannels\\\\\":1",
                            "channels\\\\\":4",
                            "multipliers\\\\\":\\[1",
                            "blocks\\\\\":1",
                            "sizes\\\\\":\\[2");
            String name = numbers.get(random.nextInt(numbers.size()));
            long other = random.nextLong(2, 1L << random.nextInt(3, 40)) * 2 + 1;
            return rewrite(
                    file,
                    header -> {
                        MatchResult one = find(header, name).get(0);
                        String start = one.group().substring(0, one.group().length() - 1);
                        return put(header, one, start + (other + random.nextInt(2)));
                    });
        }
    };

    abstract byte[] spoil(byte[] file, SplittableRandom random);

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

    /** Changes the header and gives the file the digest of its new content. */
    private static byte[] rewrite(byte[] file, UnaryOperator<String> change) {
        byte[] numbers =
                Arrays.copyOfRange(file, 8 + header(file).getBytes(UTF_8).length, file.length);
        String digest = "\"" + SafeTensors.DIGEST + "\":\"[0-9a-f]{64}\",";
        MatchResult entry = find(header(file), digest).get(0);
        String bare = change.apply(put(header(file), entry, ""));
        var sha = Hex.sha256();
        sha.update(bare.getBytes(UTF_8));
        sha.update(numbers);
        String good = entry.group().replaceFirst("[0-9a-f]{64}", Hex.of(sha));
        String text = bare.substring(0, entry.start()) + good + bare.substring(entry.start());
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

    private static MatchResult pick(List<MatchResult> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }

    private static String put(String text, MatchResult place, String instead) {
        return text.substring(0, place.start()) + instead + text.substring(place.end());
    }
}
