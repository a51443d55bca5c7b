package io.parcelnode.sim.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Direct buffers in two sizes, allocated as they are first needed and never returned to the system. */
final class DatagramPool {
    static final int DATAGRAM_MAX_BYTES = 65_536;

    private static final int SMALL_BYTES = 2_048;
    private static final int SLAB_BYTES = 1 << 18;
    /** Enough for 300 Mbit/s over a delay of 1.5 s. */
    private static final long CAPACITY_BYTES = 64L << 20;

    private final ArrayDeque<StoredDatagram> small = new ArrayDeque<>();
    private final ArrayDeque<StoredDatagram> large = new ArrayDeque<>();
    private long allocatedBytes;

    /** An empty datagram with room for so many bytes, or null when everything is in use. */
    StoredDatagram take(int lengthBytes) {
        boolean isSmall = lengthBytes <= SMALL_BYTES;
        ArrayDeque<StoredDatagram> stock = isSmall ? small : large;
        if (stock.isEmpty()) {
            refill(isSmall ? SMALL_BYTES : DATAGRAM_MAX_BYTES, stock);
        }
        StoredDatagram datagram = stock.pollLast();
        if (datagram != null) {
            datagram.bytes.clear();
        }
        return datagram;
    }

    void giveBack(StoredDatagram datagram) {
        datagram.client = null;
        (datagram.bytes.capacity() == SMALL_BYTES ? small : large).addLast(datagram);
    }

    private void refill(int bytesEach, ArrayDeque<StoredDatagram> stock) {
        if (allocatedBytes + SLAB_BYTES > CAPACITY_BYTES) {
            return;
        }
        allocatedBytes += SLAB_BYTES;
        ByteBuffer slab = ByteBuffer.allocateDirect(SLAB_BYTES);
        for (int at = 0; at < SLAB_BYTES; at += bytesEach) {
            stock.addLast(new StoredDatagram(slab.slice(at, bytesEach)));
        }
    }
}
