package io.parcelnode.sim;

import static io.parcelnode.sim.StreamWatch.require;

import io.parcelnode.udt.UdtOptions;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** One end of a flow under watch: what it says, what it holds, and that it is quiet when it is over. */
final class WatchedEnd implements EndTap {
    /** A ring keeps some chunks for reuse, and its first and its last one may be half empty. */
    private static final long SEND_SLACK_BYTES = 18L << 16;

    private static final int RECEIVE_SLACK_PACKETS = 64 * 32;

    private final FlowEnd end;
    private final StreamWatch outgoing;
    private final StreamWatch incoming;
    private final EndTap fault;
    private final long bufferMaxBytes;
    private long readToEndBytes = -1;

    WatchedEnd(
            FlowEnd end, UdtOptions options, StreamWatch outgoing, StreamWatch incoming, EndTap fault, int mtuBytes) {
        this.end = end;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.fault = fault;
        long packets = windowPackets(options) + RECEIVE_SLACK_PACKETS;
        bufferMaxBytes = options.sendBufferBytes() + SEND_SLACK_BYTES + packets * mtuBytes;
        end.tap(this);
    }

    /** What the end says in its handshake: a power of two, at least 64. */
    static int windowPackets(UdtOptions options) {
        return Math.max(64, Integer.highestOneBit(options.flightWindowPackets() - 1) << 1);
    }

    @Override
    public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
        require(end.closedNs() < 0, "a packet after the end");
        incoming.onReceiverSays(packet, length);
        int spoilt = fault.onSend(nowNs, packet, length);
        if (spoilt > 0) {
            outgoing.onSenderSays(packet);
        }
        return spoilt;
    }

    @Override
    public boolean onReceive(long nowNs, DirectBuffer packet, int length) {
        return fault.onReceive(nowNs, packet, length);
    }

    /** What must hold after every event. */
    void check(FlowEnd peer) {
        require(end.bytesRead() <= peer.bytesWritten(), "read more than was written");
        if (end.connection() != null) {
            long held = end.connection().bufferBytes();
            require(held <= bufferMaxBytes, "buffers hold " + held + " bytes of at most " + bufferMaxBytes);
        }
        if (readToEndBytes < 0 && end.hasReadToEnd()) {
            readToEndBytes = end.bytesRead();
        }
        require(readToEndBytes < 0 || readToEndBytes == end.bytesRead(), "read on after the end");
    }
}
