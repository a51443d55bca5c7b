package io.parcelnode.sim.cross;

import io.parcelnode.sim.Link;
import io.parcelnode.sim.Route;
import io.parcelnode.sim.Simulation;
import io.parcelnode.sim.SimulationTimer;
import java.time.Duration;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A TCP connection that always has something to send: cross traffic for flows of UDT, or something to compare them
 * with. Owned by its simulation.
 *
 * <p>Each packet is acknowledged on its own, as SACK would in effect, so that the sender knows exactly what is in
 * flight. It sends as acknowledgements allow, without pacing.
 */
public final class TcpFlow {
    /** One packet on the wire, every header included. */
    public static final int PACKET_BYTES = TcpSegment.WIRE_BYTES;
    /** What is left of it for the application: IP, TCP and the timestamp option take the rest. */
    public static final int PAYLOAD_BYTES = PACKET_BYTES - 52;

    private final Simulation sim;
    private final WindowModel model;
    private final Route there;
    private final Route back;
    private final SimulationTimer timer;
    private final RetransmitTimeout timeout = new RetransmitTimeout();
    private final Transmissions transmissions = new Transmissions();
    private final LostPackets lost = new LostPackets();
    private final PacketSet acknowledged = new PacketSet();
    private final PacketSet received = new PacketSet();
    private final UnsafeBuffer dataSegment = new UnsafeBuffer(new byte[TcpSegment.DATA_LENGTH]);
    private final UnsafeBuffer ackSegment = new UnsafeBuffer(new byte[TcpSegment.ACK_LENGTH]);

    private boolean sending;
    private long nextPacket;
    /** The window was last reduced when this transmission was the next. */
    private long reducedAt = -1;

    private long packetsDelivered;
    private long packetsSent;
    private long packetsResent;
    private long reductions;
    private long timeouts;

    private TcpFlow(Simulation sim, TcpVariant variant, List<Link> there, List<Link> back) {
        this.sim = sim;
        model = variant.model();
        this.there = sim.route(there, this::onData);
        this.back = sim.route(back, this::onAck);
        timer = sim.timer(this::onTimeout);
    }

    /** A flow that sends from {@code startDelay} from now on, until {@link #stop}. */
    public static TcpFlow start(
            Simulation sim, TcpVariant variant, List<Link> there, List<Link> back, Duration startDelay) {
        TcpFlow flow = new TcpFlow(sim, variant, there, back);
        sim.after(startDelay, flow::begin);
        return flow;
    }

    /** Nothing new is sent any more, nor anything repeated. */
    public void stop() {
        sending = false;
        timer.cancel();
    }

    /** Different packets that have reached the receiver. */
    public long packetsDelivered() {
        return packetsDelivered;
    }

    /** What an application would have read of them, gaps not considered. */
    public long bytesDelivered() {
        return packetsDelivered * PAYLOAD_BYTES;
    }

    /** Retransmissions included. */
    public long packetsSent() {
        return packetsSent;
    }

    public long packetsResent() {
        return packetsResent;
    }

    /** How often the window was reduced because of losses. */
    public long reductions() {
        return reductions;
    }

    public long timeouts() {
        return timeouts;
    }

    public double windowPackets() {
        return model.windowPackets();
    }

    /** 0 before the first acknowledgement. */
    public Duration smoothedRoundTrip() {
        return Duration.ofNanos((long) timeout.smoothedNs());
    }

    private void begin() {
        sending = true;
        send(sim.nowNs());
    }

    private void onData(long nowNs, DirectBuffer segment, int length) {
        if (!TcpSegment.isSound(segment, length)) {
            return;
        }
        long packet = TcpSegment.packet(segment);
        if (received.add(packet)) {
            packetsDelivered++;
        }
        TcpSegment.writeAck(ackSegment, packet, TcpSegment.transmission(segment));
        back.inject(ackSegment, 0, TcpSegment.ACK_LENGTH);
    }

    private void onAck(long nowNs, DirectBuffer segment, int length) {
        if (!sending || !TcpSegment.isSound(segment, length)) {
            return;
        }
        long transmission = TcpSegment.transmission(segment);
        boolean news = acknowledged.add(TcpSegment.packet(segment));
        long sentNs = transmissions.sentNs(transmission);
        if (sentNs >= 0) {
            boolean full = transmissions.inFlight() + 1 >= (int) model.windowPackets();
            transmissions.arrived(transmission);
            timeout.onSample(nowNs - sentNs);
            if (news && full && transmission >= reducedAt) {
                model.onAck(nowNs, timeout.smoothedNs());
            }
            findLosses(nowNs);
        }
        send(nowNs);
        if (news) {
            restartTimer(nowNs);
        }
    }

    private void findLosses(long nowNs) {
        for (long loss = transmissions.nextLost(); loss >= 0; loss = transmissions.nextLost()) {
            // One reduction per window: what was sent before the last one tells nothing new.
            if (loss >= reducedAt) {
                model.onLoss(nowNs);
                reductions++;
                reducedAt = transmissions.next();
            }
            lost.add(transmissions.takeLost());
        }
    }

    private void onTimeout(long nowNs) {
        if (transmissions.inFlight() == 0 && lost.isEmpty()) {
            return;
        }
        timeouts++;
        for (long packet = transmissions.takeLost(); packet >= 0; packet = transmissions.takeLost()) {
            lost.add(packet);
        }
        model.onTimeout(nowNs);
        reducedAt = transmissions.next();
        timeout.backOff();
        send(nowNs);
        restartTimer(nowNs);
    }

    private void send(long nowNs) {
        boolean idle = transmissions.inFlight() == 0;
        while (transmissions.inFlight() < (int) model.windowPackets()) {
            long packet = nextToSend();
            if (packet < 0) {
                break;
            }
            TcpSegment.writeData(dataSegment, packet, transmissions.next());
            transmissions.add(packet, nowNs);
            packetsSent++;
            there.inject(dataSegment, 0, TcpSegment.DATA_LENGTH);
        }
        if (idle) {
            restartTimer(nowNs);
        }
    }

    private long nextToSend() {
        while (!lost.isEmpty()) {
            long packet = lost.poll();
            if (!acknowledged.contains(packet)) {
                packetsResent++;
                return packet;
            }
        }
        return nextPacket < acknowledged.complete() + PacketSet.WINDOW_PACKETS ? nextPacket++ : -1;
    }

    private void restartTimer(long nowNs) {
        if (sending) {
            timer.at(nowNs + timeout.timeoutNs());
        }
    }
}
