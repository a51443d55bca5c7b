package io.parcelnode.sim;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.engine.HandshakeListener;
import io.parcelnode.udt.engine.UdtConnection;
import io.parcelnode.udt.wire.PacketHeader;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One end of a flow: an engine, its driver, and an application that writes a known stream and checks the one it reads.
 *
 * <p>The driver does what one on sockets does in each turn: input, timers, application, then output until there is
 * none. Owned by its simulation.
 */
public final class FlowEnd implements EventHandler, PacketSink {
    private static final byte[] ADDRESS = {10, 0, 0, 1};
    private static final int PORT_BASE = 10_000;
    private static final int START = 1;
    private static final int TIMER = 0;
    private static final int ALLOWANCE = 2;
    private static final long ALLOWANCE_EVERY_NS = 1_000_000;
    /** Turns at one time without a packet, after which the engine counts as spinning. */
    private static final int IDLE_TURNS_MAX = 1_000;

    private final Simulation sim;
    private final EventQueue events;
    private final String name;
    private final FlowApplication application;
    private final PayloadFinder payloads;
    private final int handler;
    private final int timer;
    private final UnsafeBuffer output = new UnsafeBuffer(new byte[WholePackets.PACKET_MAX_BYTES]);
    private Route route;
    private EndTap tap = EndTap.NONE;
    private HandshakeListener listener;
    private UdtConnection connection;
    private int socketId;
    private UdtOptions options;
    private RandomGenerator random;
    private long timerNs = Long.MAX_VALUE;
    private int idleTurns;
    private long lastTurnNs = -1;

    private long dataDatagrams;
    private boolean closeWhenWritten;
    private long connectedNs = -1;
    private long closedNs = -1;

    FlowEnd(Simulation sim, String name, ByteStream outgoing, ByteStream expected) {
        this.sim = sim;
        this.events = sim.events();
        this.name = name;
        this.application = new FlowApplication(name, outgoing, expected);
        this.payloads = new PayloadFinder(outgoing);
        this.handler = events.register(this);
        this.timer = events.timer(this, TIMER);
    }

    void sendsAlong(Route way) {
        route = way;
    }

    void tap(EndTap between) {
        tap = between;
    }

    /** Null on a server that has none yet. */
    UdtConnection connection() {
        return connection;
    }

    void listen(UdtOptions limits, RandomGenerator source) {
        listener = new HandshakeListener(events.nowNs(), limits, source, 1);
    }

    void connect(int id, UdtOptions limits, RandomGenerator source, Duration delay) {
        socketId = id;
        options = limits;
        random = source;
        events.schedule(events.nowNs() + delay.toNanos(), handler, START);
    }

    /** The application has so many more bytes to write. */
    public void send(long bytes) {
        application.bytesToSend += bytes;
        wake();
    }

    /** The application has an endless stream to write, but from now on writes no more than that many bits a second. */
    public void sendAtMost(double bitsPerSecond) {
        application.limit(bitsPerSecond);
        events.schedule(events.nowNs(), handler, ALLOWANCE);
    }

    /** The engine sends no faster from now on, see {@link UdtConnection#limitSending}; once there is a connection. */
    public void limitSending(long bitsPerSecond) {
        connection.limitSending(events.nowNs(), bitsPerSecond);
        wake();
    }

    /** The engine asks the other end for the same. */
    public void limitReceiving(long bitsPerSecond) {
        connection.limitReceiving(events.nowNs(), bitsPerSecond);
        wake();
    }

    /** The application has nothing more to write and closes. */
    public void stop() {
        application.stop();
        close();
    }

    /** The application reads up to this position and then stops until told otherwise. */
    public void readUpTo(long position) {
        application.readUpTo(position);
        wake();
    }

    /** The application closes as soon as it has written everything. */
    public void close() {
        closeWhenWritten = true;
        wake();
    }

    /** The route on which this end sends, for those who want to send in its name. */
    public Route route() {
        return route;
    }

    public long bytesToSend() {
        return application.bytesToSend;
    }

    /** Bytes that the engine has taken from the application. */
    public long bytesWritten() {
        return application.bytesWritten;
    }

    /** Bytes read and found to be the right ones. */
    public long bytesRead() {
        return application.bytesRead;
    }

    /** Payload bytes that have arrived, in whatever order, duplicates not included. */
    public long bytesReceived() {
        return connection == null ? 0 : connection.bytesReceived();
    }

    /** The application has seen the end of the peer's stream. */
    public boolean hasReadToEnd() {
        return application.readToEnd;
    }

    public boolean isConnected() {
        return connection != null && connection.isConnected();
    }

    public boolean isClosed() {
        return connection != null && connection.isClosed();
    }

    /** Null while the connection lasts. */
    public CloseReason closeReason() {
        return connection == null ? null : connection.closeReason();
    }

    /** When the handshake was complete, -1 before that. */
    public long connectedNs() {
        return connectedNs;
    }

    /** When the connection had said its last word, -1 before that. */
    public long closedNs() {
        return closedNs;
    }

    /** 0 for a server that has no connection yet. */
    public int socketId() {
        return connection == null ? 0 : connection.localSocketId();
    }

    /** Datagrams with data that came for this end, whatever the engine made of them. */
    public long dataDatagrams() {
        return dataDatagrams;
    }

    /** The engine's counters; there must be a connection. */
    public UdtStats stats() {
        return connection.stats(events.nowNs());
    }

    @Override
    public void onPacket(long nowNs, DirectBuffer packet, int length) {
        if (length < PacketHeader.LENGTH || !tap.onReceive(nowNs, packet, length)) {
            return;
        }
        int destination = PacketHeader.destinationSocketId(packet, 0);
        if (destination == 0 && listener != null) {
            answer(nowNs, packet, length);
        } else if (connection != null && destination == connection.localSocketId()) {
            if (!PacketHeader.isControl(packet, 0)) {
                dataDatagrams++;
            }
            connection.onDatagram(nowNs, packet, 0, length);
        } else {
            return;
        }
        turn(nowNs);
    }

    @Override
    public void onEvent(long nowNs, int argument) {
        if (argument == START) {
            connection = UdtConnection.connect(nowNs, options, socketId, ADDRESS, random);
        } else if (argument == ALLOWANCE) {
            if (!application.isLimited()) {
                return;
            }
            allow(nowNs);
        } else {
            timerNs = Long.MAX_VALUE;
        }
        turn(nowNs);
    }

    @Override
    public String toString() {
        return name + ": read " + bytesRead() + ", wrote " + bytesWritten() + " of " + bytesToSend()
                + (connection == null
                        ? ", no connection"
                        : ", connected " + isConnected() + ", close reason " + closeReason() + ", deadline "
                                + connection.deadlineNs() + ", " + stats());
    }

    private void allow(long nowNs) {
        if (isConnected()) {
            application.allow(ALLOWANCE_EVERY_NS);
        }
        events.schedule(nowNs + ALLOWANCE_EVERY_NS, handler, ALLOWANCE);
    }

    private void wake() {
        if (connection != null) {
            turn(events.nowNs());
        }
    }

    private void answer(long nowNs, DirectBuffer packet, int length) {
        int replied = listener.onDatagram(nowNs, ADDRESS, PORT_BASE, packet, 0, length, output);
        UdtConnection accepted = listener.pollAccepted();
        if (accepted != null) {
            connection = accepted;
        }
        if (replied > 0) {
            route.send(nowNs, output, replied, ByteStream.NOWHERE);
        }
    }

    private void turn(long nowNs) {
        if (connection == null) {
            return;
        }
        connection.onDeadline(nowNs);
        boolean busy = runApplication(nowNs);
        busy |= transmit(nowNs);
        followEvents(nowNs);
        checkProgress(nowNs, busy);
        long deadlineNs = Math.max(connection.deadlineNs(), nowNs);
        if (deadlineNs < timerNs) {
            timerNs = deadlineNs;
            events.setTimer(timer, deadlineNs);
        }
    }

    private boolean transmit(long nowNs) {
        boolean sent = false;
        int length = connection.pollTransmit(nowNs, output, 0);
        while (length > 0) {
            sent = true;
            int tapped = tap.onSend(nowNs, output, length);
            if (tapped > 0) {
                route.send(nowNs, output, tapped, payloads.find(output, tapped));
            }
            application.write(connection);
            length = connection.pollTransmit(nowNs, output, 0);
        }
        return sent;
    }

    private void followEvents(long nowNs) {
        int polled = connection.pollEvents();
        if ((polled & UdtConnection.CONNECTED) != 0) {
            connectedNs = nowNs;
        }
        if (connection.isClosed() && closedNs < 0) {
            closedNs = nowNs;
            if (listener != null) {
                listener.forget(connection);
            }
        }
    }

    private boolean runApplication(long nowNs) {
        boolean busy = application.write(connection);
        busy |= read();
        if (busy) {
            connection.onApplicationProgress(nowNs);
        }
        if (closeWhenWritten && application.hasWrittenAll() && connection.isConnected()) {
            connection.close(nowNs);
            busy = true;
        }
        return busy;
    }

    private boolean read() {
        try {
            return application.read(connection);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + sim.describe(), e);
        }
    }

    private void checkProgress(long nowNs, boolean busy) {
        idleTurns = busy || nowNs != lastTurnNs ? 0 : idleTurns + 1;
        lastTurnNs = nowNs;
        if (idleTurns > IDLE_TURNS_MAX) {
            throw new AssertionError(name + " spins: its deadline " + connection.deadlineNs()
                    + " has passed and nothing happens\n" + sim.describe());
        }
    }
}
