package io.parcelnode.sim;

import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The links that a packet passes, in order, and where it ends. Routes may share links. */
public final class Route {
    private final EventQueue events;
    private final PacketStore packets;
    private final TraceHash trace;
    private final Link[] links;
    private final PacketSink sink;
    private final ByteStream stream;

    /** @param stream what most of its payload is cut from; null if there is no such */
    Route(
            EventQueue events,
            PacketStore packets,
            TraceHash trace,
            List<Link> links,
            PacketSink sink,
            ByteStream stream) {
        this.events = events;
        this.packets = packets;
        this.trace = trace;
        this.links = links.toArray(new Link[0]);
        this.sink = sink;
        this.stream = stream;
        if (this.links.length == 0) {
            throw new IllegalArgumentException("a route needs at least one link");
        }
    }

    /** Sends a copy of these bytes, as a third party on the path could. */
    public void inject(DirectBuffer source, int offset, int length) {
        onward(events.nowNs(), packets.add(source, offset, length, this, ByteStream.NOWHERE));
    }

    /** @param runStart where the payload stands in this route's stream, or {@link ByteStream#NOWHERE} */
    void send(long nowNs, DirectBuffer bytes, int length, int runStart) {
        onward(nowNs, packets.add(bytes, 0, length, this, runStart));
    }

    ByteStream stream() {
        return stream;
    }

    /** The packet has come out of a link, or has just been made. */
    void onward(long nowNs, int packet) {
        int hop = packets.nextHop(packet);
        if (hop < links.length) {
            links[hop].enter(nowNs, packet);
        } else {
            if (!packets.failsChecksum(packet)) {
                deliver(nowNs, packet, links[hop - 1]);
            }
            packets.release(packet);
        }
    }

    private void deliver(long nowNs, int packet, Link from) {
        UnsafeBuffer bytes = packets.deliver(packet);
        int length = packets.length(packet);
        if (trace.isOn()) {
            trace.delivered(nowNs, from.number(), bytes.byteArray(), length);
        }
        sink.onPacket(nowNs, bytes, length);
    }
}
