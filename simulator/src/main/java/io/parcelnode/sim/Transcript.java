package io.parcelnode.sim;

import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import java.nio.ByteOrder;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/** The last packets that entered any link, as text when a test fails, and a digest of all of them. */
final class Transcript {
    private static final int KEPT_BYTES = 40;
    private static final String[] CONTROL_NAMES = {
        "HANDSHAKE", "KEEP_ALIVE", "ACK", "NAK", "WARNING", "SHUTDOWN", "ACK2", "DROP", "ERROR"
    };

    private final int capacity;
    private final long[] timesNs;
    private final Link[] links;
    private final Fate[] fates;
    private final int[] lengths;
    private final UnsafeBuffer heads;
    private long count;
    private long digest;

    /** @param capacity a power of two */
    Transcript(int capacity) {
        this.capacity = capacity;
        timesNs = new long[capacity];
        links = new Link[capacity];
        fates = new Fate[capacity];
        lengths = new int[capacity];
        heads = new UnsafeBuffer(new byte[capacity * KEPT_BYTES]);
    }

    void record(long nowNs, Link link, PacketStore packets, int packet, Fate fate) {
        int slot = (int) count++ & capacity - 1;
        int length = packets.length(packet);
        timesNs[slot] = nowNs;
        links[slot] = link;
        fates[slot] = fate;
        lengths[slot] = length;
        packets.copyHead(packet, heads, slot * KEPT_BYTES, KEPT_BYTES);
        long head = length >= 8 ? heads.getLong(slot * KEPT_BYTES) : length;
        digest = (digest ^ nowNs ^ head ^ (long) length << 48 ^ fate.ordinal()) * 0x9E37_79B9_7F4A_7C15L;
        digest ^= digest >>> 29;
    }

    long count() {
        return count;
    }

    /** Equal for two runs that sent the same packets at the same times to the same fates. */
    long digest() {
        return digest;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (long i = Math.max(0, count - capacity); i < count; i++) {
            int slot = (int) i & capacity - 1;
            text.append(String.format(Locale.ROOT, "%14.6f s  %-8s ", timesNs[slot] / 1e9, links[slot].name()));
            describe(text, slot * KEPT_BYTES, lengths[slot]);
            text.append(", ").append(fates[slot].text).append('\n');
        }
        return text.toString();
    }

    private void describe(StringBuilder text, int at, int length) {
        int body = at + PacketHeader.LENGTH;
        if (length < PacketHeader.LENGTH) {
            text.append("fragment");
        } else if (PacketHeader.isControl(heads, at)) {
            int type = ControlHeader.type(heads, at);
            text.append(type < CONTROL_NAMES.length ? CONTROL_NAMES[type] : "type " + type);
            if (type == ControlHeader.HANDSHAKE) {
                text.append(" request type ").append(word(at + 36));
            } else if (type == ControlHeader.ACK || type == ControlHeader.ACK2) {
                text.append(' ').append(ControlHeader.additionalInfo(heads, at));
            }
            if (type == ControlHeader.ACK) {
                text.append(" up to ").append(word(body));
                text.append(length > PacketHeader.LENGTH + 4 ? " window " + word(body + 12) : " light");
            } else if (type == ControlHeader.NAK) {
                text.append(String.format(" %08x %08x", word(body), length < 24 ? 0 : word(body + 4)));
            }
        } else {
            text.append("DATA ").append(DataHeader.sequence(heads, at));
        }
        text.append(", ").append(length).append(" bytes");
    }

    private int word(int at) {
        return heads.getInt(at, ByteOrder.BIG_ENDIAN);
    }
}
