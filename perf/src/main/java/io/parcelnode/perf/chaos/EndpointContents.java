package io.parcelnode.perf.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What the endpoint holds, in all versions that it has had. Thread-safe. */
final class EndpointContents {
    private static final int SMALL_BYTES = 50_000;
    /** Large enough to come in pieces. */
    private static final int WRONG_LARGE_BYTES = 5 << 20;

    private final int largeBytes;
    private final SplittableRandom random;
    private final Map<Item, List<byte[]>> versions = new EnumMap<>(Item.class);

    EndpointContents(int largeBytes, long seed) {
        this.largeBytes = largeBytes;
        random = new SplittableRandom(seed);
        for (Item item : Item.values()) {
            if (item.original() == item) {
                versions.put(item, new ArrayList<>(List.of(bytes(sizeBytes(item)))));
            }
        }
    }

    int sizeBytes(Item item) {
        if (item.isLarge()) {
            return largeBytes;
        }
        return item == Item.WRONG_LARGE ? WRONG_LARGE_BYTES : SMALL_BYTES;
    }

    /** The large file is another one from now on. */
    synchronized void change() {
        versions.get(Item.LARGE).add(bytes(largeBytes));
    }

    /** Number of the version that is current. */
    synchronized int version(Item item) {
        return versions.get(item.original()).size() - 1;
    }

    synchronized byte[] content(Item item, int version) {
        return versions.get(item.original()).get(version);
    }

    byte[] current(Item item) {
        return content(item, version(item));
    }

    /** Number of the version of {@code item} that these bytes are, -1 if they are none. */
    synchronized int versionOf(Item item, byte[] content) {
        List<byte[]> all = versions.get(item.original());
        for (int i = 0; i < all.size(); i++) {
            if (Arrays.equals(all.get(i), content)) {
                return i;
            }
        }
        return -1;
    }

    /** How many bytes of {@code part} are, block by block, those of the present version of the large file. */
    long equalBytes(byte[] part, int blockBytes) {
        byte[] content = current(Item.LARGE);
        long equal = 0;
        for (int at = 0; at < Math.min(part.length, content.length); at += blockBytes) {
            int end = Math.min(at + blockBytes, Math.min(part.length, content.length));
            equal += Arrays.equals(part, at, end, content, at, end) ? end - at : 0;
        }
        return equal;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
