package io.parcelnode.udt.engine;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.wire.PacketHeader;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One end of a UDT connection, as a state machine. Not thread-safe, its two rings excepted.
 *
 * <p>Nothing happens by itself. Call an input method with the current time, drain {@link #pollTransmit} until it
 * returns 0, take {@link #pollEvents}, then sleep until {@link #deadlineNs} or a datagram. Inputs of one turn may share
 * one {@code nowNs}; time never goes back. An early {@link #onDeadline} does nothing.
 */
public final class UdtConnection {
    /** No call is needed until something else happens. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Event: the handshake is complete. */
    public static final int CONNECTED = 1;
    /** Event: the receive ring has data, or has ended. */
    public static final int READABLE = 2;
    /** Event: the send ring has more room, or has closed. */
    public static final int WRITABLE = 4;
    /** Event: the connection is over, see {@link #closeReason}. */
    public static final int CLOSED = 8;

    private enum State {
        CONNECTING,
        OPEN,
        /** Closed here; what was written is still on its way. */
        LINGERING,
        /** Telling the peer that it is over. */
        SHUTTING_DOWN,
        OVER
    }

    private final UdtOptions options;
    private final RandomGenerator random;
    private final long originNs;
    private final int localSocketId;
    private final RttEstimator rtt = new RttEstimator();
    private final BufferMemory memory;
    private final SendRing sendRing;
    private final OwnShutdown ownShutdown = new OwnShutdown();

    private State state;
    /** While connecting. */
    private ClientHandshake handshake;
    /** Null until connected. */
    private EstablishedConnection established;

    private CloseReason closeReason;
    private int events;
    private long lingerEndNs;
    private long datagramsDropped;
    private long sendLimitBits;
    private long receiveLimitBits;

    private UdtConnection(
            long nowNs, UdtOptions options, int localSocketId, BufferMemory memory, RandomGenerator random) {
        this.options = options;
        this.random = random;
        this.originNs = nowNs;
        this.localSocketId = localSocketId;
        this.memory = memory;
        this.sendRing = new SendRing(options.sendBufferBytes(), memory);
        sendRing.limit(Sender.RING_MIN_BYTES);
    }

    /**
     * The client's end; its first request is ready at once.
     *
     * @param socketId positive, and this port's only one
     * @param peerAddress 4 or 16 bytes
     */
    public static UdtConnection connect(
            long nowNs, UdtOptions options, int socketId, byte[] peerAddress, RandomGenerator random) {
        UdtConnection connection = new UdtConnection(nowNs, options, socketId, BufferMemory.unshared(), random);
        connection.state = State.CONNECTING;
        connection.handshake = new ClientHandshake(nowNs, options, socketId, peerAddress, random);
        return connection;
    }

    static UdtConnection accepted(
            long nowNs,
            UdtOptions options,
            ConnectionParameters parameters,
            BufferMemory memory,
            RandomGenerator random) {
        UdtConnection connection = new UdtConnection(nowNs, options, parameters.localSocketId(), memory, random);
        connection.open(nowNs, parameters);
        connection.established.holdFirstData(nowNs);
        return connection;
    }

    /** A whole datagram from the peer's address with our socket ID. Never throws; what is malformed is counted. */
    public void onDatagram(long nowNs, DirectBuffer datagram, int offset, int length) {
        if (length < PacketHeader.LENGTH) {
            datagramsDropped++;
            return;
        }
        if (state == State.CONNECTING) {
            handshake.onDatagram(nowNs, datagram, offset, length);
            afterHandshakeInput(nowNs);
            return;
        }
        if (state != State.OPEN && state != State.LINGERING) {
            return;
        }
        int happened = established.onDatagram(nowNs, datagram, offset, length);
        if (happened == EstablishedConnection.MALFORMED) {
            datagramsDropped++;
            return;
        }
        events |= happened;
        if ((happened & WRITABLE) != 0) {
            checkLinger(nowNs);
        }
    }

    /** Runs every timer that is due. */
    public void onDeadline(long nowNs) {
        switch (state) {
            case CONNECTING -> {
                handshake.onDeadline(nowNs);
                afterHandshakeInput(nowNs);
            }
            case OPEN, LINGERING -> {
                CloseReason reason = established.onDeadline(nowNs);
                if (reason == CloseReason.PEER_SHUTDOWN) {
                    // Left-over data of ours will never arrive: that is the peer's end, not ours.
                    boolean ours = state == State.LINGERING && established.sender.isDrained();
                    finish(ours ? CloseReason.LOCAL_CLOSE : reason);
                } else if (reason != null) {
                    end(nowNs, reason);
                } else {
                    checkLinger(nowNs);
                }
            }
            case SHUTTING_DOWN, OVER -> {}
        }
    }

    /** The application has written to the send ring or read from the receive ring. */
    public void onApplicationProgress(long nowNs) {
        if (established != null) {
            established.receiver.onRead(nowNs);
        }
    }

    /**
     * From now on sends no faster, repeated packets and IP and UDP headers included.
     *
     * @param bitsPerSecond 0 for no limit, else as for {@link #requireLimit}
     */
    public void limitSending(long nowNs, long bitsPerSecond) {
        requireLimit(bitsPerSecond);
        sendLimitBits = bitsPerSecond;
        if (established != null) {
            established.sender.cap().limit(nowNs, bitsPerSecond);
        }
    }

    /** Asks the peer for the same. One of our own kind keeps to it; libudt cannot be asked. */
    public void limitReceiving(long nowNs, long bitsPerSecond) {
        requireLimit(bitsPerSecond);
        receiveLimitBits = bitsPerSecond;
        if (established != null) {
            established.receiver.askRate(nowNs, bitsPerSecond);
        }
    }

    /** @throws IllegalArgumentException for what is neither 0 nor a rate from 10 kbit/s to 100 Gbit/s */
    public static void requireLimit(long bitsPerSecond) {
        RateCap.requireLimit(bitsPerSecond);
    }

    /** Takes no more data, waits for what was written to be acknowledged, then says Shutdown. */
    public void close(long nowNs) {
        if (state == State.CONNECTING) {
            finish(CloseReason.LOCAL_CLOSE);
        } else if (state == State.OPEN) {
            state = State.LINGERING;
            sendRing.close();
            lingerEndNs = nowNs + options.lingerTimeout().toNanos();
            checkLinger(nowNs);
        }
    }

    /** As {@link #close}, without waiting for anything. */
    public void abort(long nowNs) {
        if (state == State.CONNECTING) {
            finish(CloseReason.LOCAL_CLOSE);
        } else if (state == State.OPEN || state == State.LINGERING) {
            end(nowNs, CloseReason.LOCAL_CLOSE);
        }
    }

    /**
     * Writes the next datagram that may go now.
     *
     * @param target at least as large as the MTU from {@code offset} on
     * @return its length, 0 for none before {@link #deadlineNs}
     */
    public int pollTransmit(long nowNs, MutableDirectBuffer target, int offset) {
        return switch (state) {
            case CONNECTING -> handshake.poll(nowNs, target, offset);
            case OPEN, LINGERING -> established.poll(nowNs, target, offset);
            case SHUTTING_DOWN -> pollShutdown(nowNs, target, offset);
            case OVER -> 0;
        };
    }

    /** The events since the last call, cleared by it. */
    public int pollEvents() {
        int polled = events;
        events = 0;
        return polled;
    }

    /** When {@link #onDeadline} and {@link #pollTransmit} should be called at the latest. */
    public long deadlineNs() {
        return switch (state) {
            case CONNECTING -> handshake.deadlineNs();
            case OPEN -> established.deadlineNs();
            case LINGERING -> Math.min(established.deadlineNs(), lingerEndNs);
            case SHUTTING_DOWN -> ownShutdown.deadlineNs();
            case OVER -> NO_DEADLINE;
        };
    }

    public boolean isConnected() {
        return state == State.OPEN || state == State.LINGERING;
    }

    /** True when nothing more will come out: the driver may forget this connection. */
    public boolean isClosed() {
        return state == State.OVER;
    }

    /** Why the connection is over, null before that. */
    public CloseReason closeReason() {
        return closeReason;
    }

    public int localSocketId() {
        return localSocketId;
    }

    public SendRing sendRing() {
        return sendRing;
    }

    /** Null until connected. */
    public ReceiveRing receiveRing() {
        return established == null ? null : established.receiveRing;
    }

    /** Memory that the two rings and the books hold now; it grows with what is in them and shrinks when they idle. */
    public long bufferBytes() {
        return sendRing.heldBytes() + (established == null ? 0 : established.bufferBytes());
    }

    /** Most bytes that one data packet carries, 0 until connected. */
    public int payloadMaxBytes() {
        return established == null ? 0 : established.payloadMaxBytes();
    }

    /** Payload bytes accepted, duplicates not included; cheaper than {@link #stats}. */
    public long bytesReceived() {
        return established == null ? 0 : established.receiver.bytesReceived;
    }

    /** Bytes in the send ring that no packet has carried yet. */
    public long bytesUnsent() {
        return established == null ? sendRing.writtenBytes() : established.sender.bytesUnsent();
    }

    boolean isExtended() {
        return established.parameters.isExtended();
    }

    int mssBytes() {
        return established.parameters.mssBytes();
    }

    /** A snapshot; call it on the thread that owns this connection. */
    public UdtStats stats(long nowNs) {
        return established == null
                ? ConnectionStats.before(nowNs - originNs)
                : established.stats(nowNs, datagramsDropped);
    }

    private void open(long nowNs, ConnectionParameters agreed) {
        state = State.OPEN;
        established = new EstablishedConnection(nowNs, options, agreed, sendRing, memory, rtt, random, originNs);
        established.sender.cap().limit(nowNs, sendLimitBits);
        if (receiveLimitBits > 0) {
            established.receiver.askRate(nowNs, receiveLimitBits);
        }
        events |= CONNECTED | WRITABLE;
    }

    private void afterHandshakeInput(long nowNs) {
        if (handshake.result() != null) {
            if (handshake.rttMicros() > 0) {
                rtt.onSample(handshake.rttMicros());
            }
            open(nowNs, handshake.result());
            handshake = null;
        } else if (handshake.failure() != null) {
            finish(handshake.failure());
        }
    }

    private int pollShutdown(long nowNs, MutableDirectBuffer target, int offset) {
        long rttNs = (long) (rtt.rttMicros() * 1_000);
        int length = ownShutdown.poll(nowNs, rttNs, target, offset, established.parameters.peerSocketId());
        if (length > 0) {
            events |= CLOSED;
        }
        if (ownShutdown.isDone()) {
            state = State.OVER;
        }
        return length;
    }

    private void checkLinger(long nowNs) {
        if (state == State.LINGERING && (established.sender.isDrained() || nowNs >= lingerEndNs)) {
            boolean lost =
                    !established.sender.isDrained() && !options.lingerTimeout().isZero();
            end(nowNs, lost ? CloseReason.LINGER_EXPIRED : CloseReason.LOCAL_CLOSE);
        }
    }

    /** It is over and the peer is told so. */
    private void end(long nowNs, CloseReason reason) {
        state = State.SHUTTING_DOWN;
        ownShutdown.start(nowNs);
        over(reason);
    }

    /** It is over and nobody need be told. */
    private void finish(CloseReason reason) {
        state = State.OVER;
        events |= CLOSED;
        over(reason);
    }

    private void over(CloseReason reason) {
        closeReason = reason;
        sendRing.dispose();
        if (established != null) {
            established.end();
        }
        events |= READABLE | WRITABLE;
    }
}
