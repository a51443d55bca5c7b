package io.parcelnode.sim;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.engine.HandshakeListener;
import io.parcelnode.udt.engine.UdtConnection;
import io.parcelnode.udt.wire.PacketHeader;
import java.nio.ByteBuffer;
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
    /** Unused allowances are kept for so long. */
    private static final long ALLOWANCE_KEPT_NS = 20_000_000;
    /** Turns at one time without a packet, after which the engine counts as spinning. */
    private static final int IDLE_TURNS_MAX = 1_000;

    private final Simulation sim;
    private final EventQueue events;
    private final PacketStore packets;
    private final String name;
    private final ByteStream outgoing;
    private final ByteStream expected;
    private final int handler;
    private final byte[] readBytes = new byte[ByteStream.SPAN_MAX_BYTES];
    private final ByteBuffer readBuffer = ByteBuffer.wrap(readBytes);
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

    private long bytesToSend;
    private long bytesWritten;
    private long bytesRead;
    private long readLimitBytes = Long.MAX_VALUE;
    private double limitBytesPerNs;
    private double allowedBytes;
    private long dataDatagrams;
    private boolean closeWhenWritten;
    private boolean readToEnd;
    private long connectedNs = -1;
    private long closedNs = -1;

    FlowEnd(Simulation sim, String name, ByteStream outgoing, ByteStream expected) {
        this.sim = sim;
        this.events = sim.events();
        this.packets = sim.packets();
        this.name = name;
        this.outgoing = outgoing;
        this.expected = expected;
        this.handler = events.register(this);
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
        bytesToSend += bytes;
        wake();
    }

    /** The application has an endless stream to write, but from now on writes no more than that many bits a second. */
    public void sendAtMost(double bitsPerSecond) {
        limitBytesPerNs = bitsPerSecond / 8e9;
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
        limitBytesPerNs = 0;
        bytesToSend = bytesWritten;
        close();
    }

    /** The application reads up to this position and then stops until told otherwise. */
    public void readUpTo(long position) {
        readLimitBytes = position;
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
        return bytesToSend;
    }

    /** Bytes that the engine has taken from the application. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** Bytes read and found to be the right ones. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Payload bytes that have arrived, in whatever order, duplicates not included. */
    public long bytesReceived() {
        return connection == null ? 0 : connection.bytesReceived();
    }

    /** The application has seen the end of the peer's stream. */
    public boolean hasReadToEnd() {
        return readToEnd;
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
            if (limitBytesPerNs == 0) {
                return;
            }
            allow(nowNs);
        } else if (nowNs == timerNs) {
            timerNs = Long.MAX_VALUE;
        } else {
            // A later event took this one's place when the deadline moved.
            return;
        }
        turn(nowNs);
    }

    @Override
    public String toString() {
        return name + ": read " + bytesRead + ", wrote " + bytesWritten + " of " + bytesToSend
                + (connection == null
                        ? ", no connection"
                        : ", connected " + isConnected() + ", close reason " + closeReason() + ", deadline "
                                + connection.deadlineNs() + ", " + stats());
    }

    private void allow(long nowNs) {
        if (isConnected()) {
            double kept = Math.min(bytesToSend - bytesWritten + allowedBytes, limitBytesPerNs * ALLOWANCE_KEPT_NS);
            double allowed = kept + limitBytesPerNs * ALLOWANCE_EVERY_NS;
            bytesToSend = bytesWritten + (long) allowed;
            allowedBytes = allowed - (long) allowed;
        }
        events.schedule(nowNs + ALLOWANCE_EVERY_NS, handler, ALLOWANCE);
    }

    private void wake() {
        if (connection != null) {
            turn(events.nowNs());
        }
    }

    private void answer(long nowNs, DirectBuffer packet, int length) {
        int reply = packets.take();
        UnsafeBuffer buffer = packets.buffer(reply);
        int replied = listener.onDatagram(nowNs, ADDRESS, PORT_BASE, packet, 0, length, buffer);
        UdtConnection accepted = listener.pollAccepted();
        if (accepted != null) {
            connection = accepted;
        }
        if (replied > 0) {
            route.send(nowNs, reply, replied);
        } else {
            packets.release(reply);
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
            events.schedule(deadlineNs, handler, TIMER);
        }
    }

    private boolean transmit(long nowNs) {
        int sent = 0;
        while (true) {
            int packet = packets.take();
            int length = connection.pollTransmit(nowNs, packets.buffer(packet), 0);
            if (length == 0) {
                packets.release(packet);
                return sent > 0;
            }
            sent++;
            int tapped = tap.onSend(nowNs, packets.buffer(packet), length);
            if (tapped > 0) {
                route.send(nowNs, packet, tapped);
            } else {
                packets.release(packet);
            }
        }
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
        boolean busy = write();
        busy |= read();
        if (busy) {
            connection.onApplicationProgress(nowNs);
        }
        if (closeWhenWritten && bytesWritten == bytesToSend && connection.isConnected()) {
            connection.close(nowNs);
            busy = true;
        }
        return busy;
    }

    private boolean write() {
        long before = bytesWritten;
        int free = connection.sendRing().freeBytes();
        // Small refills would only cost time: the ring holds far more.
        while (bytesWritten < bytesToSend && free >= Math.min(bytesToSend - bytesWritten, 16_384)) {
            int length = (int) Math.min(Math.min(free, ByteStream.SPAN_MAX_BYTES), bytesToSend - bytesWritten);
            bytesWritten += connection.sendRing().write(outgoing.span(bytesWritten, length));
            free = connection.sendRing().freeBytes();
        }
        return bytesWritten > before;
    }

    private boolean read() {
        if (connection.receiveRing() == null || readToEnd) {
            return false;
        }
        long before = bytesRead;
        while (bytesRead < readLimitBytes) {
            readBuffer.clear().limit((int) Math.min(readBytes.length, readLimitBytes - bytesRead));
            int length = connection.receiveRing().read(readBuffer);
            if (length <= 0) {
                readToEnd = length < 0;
                break;
            }
            int wrong = expected.mismatch(bytesRead, readBytes, length);
            if (wrong >= 0) {
                throw new AssertionError(
                        name + " read a wrong byte at position " + (bytesRead + wrong) + "\n" + sim.describe());
            }
            bytesRead += length;
        }
        return bytesRead > before;
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
