package io.parcelnode.sim.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Seeded random bytes and what arrived of them: both JVMs make and check the same ones. */
final class Payload {
    private static final int BLOCK_BYTES = 1 << 16;

    private Payload() {}

    /** Takes a buffer and leaves at least one byte of it taken. */
    interface Sink {
        void write(ByteBuffer block) throws IOException;
    }

    /** Fills a buffer; -1 at the end. */
    interface Source {
        int read(ByteBuffer block) throws IOException;
    }

    /** Size and SHA-256 of a stream; the text form is what the forked JVM answers. */
    record Summary(long bytes, String sha256Hex) {
        @Override
        public String toString() {
            return bytes + " " + sha256Hex;
        }

        static Summary parse(String text) {
            String[] parts = text.split(" ");
            return new Summary(Long.parseLong(parts[0]), parts[1]);
        }
    }

    static Summary send(long seed, long sizeBytes, Sink sink) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK_BYTES];
        ByteBuffer direct = ByteBuffer.allocateDirect(BLOCK_BYTES);
        for (long sent = 0; sent < sizeBytes; ) {
            random.nextBytes(block);
            int length = (int) Math.min(BLOCK_BYTES, sizeBytes - sent);
            digest.update(block, 0, length);
            direct.clear().put(block, 0, length).flip();
            while (direct.hasRemaining()) {
                sink.write(direct);
            }
            sent += length;
        }
        return summary(sizeBytes, digest);
    }

    /** What {@link #send} sends, without sending it. */
    static Summary expected(long seed, long sizeBytes) throws IOException {
        return send(seed, sizeBytes, block -> block.position(block.limit()));
    }

    /** Reads to the end, or just {@code limitBytes}. */
    static Summary receive(Source source, long limitBytes) throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long received = 0;
        while (received < limitBytes) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, limitBytes - received));
            int read = source.read(block);
            if (read < 0) {
                break;
            }
            digest.update(block.flip());
            received += read;
        }
        return summary(received, digest);
    }

    private static Summary summary(long bytes, MessageDigest digest) {
        return new Summary(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
