package io.parcelnode.sim.relay;

import java.nio.ByteBuffer;

/** A datagram inside the path. Pooled; owned by the relay's thread. */
final class StoredDatagram implements Comparable<StoredDatagram> {
    final ByteBuffer bytes;
    long dueNs;
    /** Number of the datagram: what is due at the same time leaves in the order of arrival. */
    long number;

    RelayClient client;
    boolean toServer;

    StoredDatagram(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    @Override
    public int compareTo(StoredDatagram other) {
        int byTime = Long.compare(dueNs, other.dueNs);
        return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
}
