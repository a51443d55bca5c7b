package io.parcelnode.sim;

import java.util.List;
import org.agrona.DirectBuffer;

/** The links that a packet passes, in order, and where it ends. Routes may share links. */
public final class Route {
    private final EventQueue events;
    private final PacketStore packets;
    private final TraceHash trace;
    private final Link[] links;
    private final PacketSink sink;

    Route(EventQueue events, PacketStore packets, TraceHash trace, List<Link> links, PacketSink sink) {
        this.events = events;
        this.packets = packets;
        this.trace = trace;
        this.links = links.toArray(new Link[0]);
        this.sink = sink;
        if (this.links.length == 0) {
            throw new IllegalArgumentException("a route needs at least one link");
        }
    }

    /** Sends a copy of these bytes, as a third party on the path could. */
    public void inject(DirectBuffer source, int offset, int length) {
        int packet = packets.take();
        packets.buffer(packet).putBytes(0, source, offset, length);
        send(events.nowNs(), packet, length);
    }

    void send(long nowNs, int packet, int length) {
        packets.start(packet, length, this);
        onward(nowNs, packet);
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
        if (trace.isOn()) {
            trace.delivered(nowNs, from.number(), packets.buffer(packet).byteArray(), packets.length(packet));
        }
        sink.onPacket(nowNs, packets.buffer(packet), packets.length(packet));
    }
}
