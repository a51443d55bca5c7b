package io.parcelnode.udt.engine;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
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

    private static final long KEEP_ALIVE_NS = 1_000_000_000;
    /** Two keep-alives and a margin: a peer heard this recently is reachable by small packets. */
    private static final long AUDIBLE_NS = 2_500_000_000L;

    /** A libudt client that hears data before the handshake's end never connects; it first speaks after 310 ms. */
    private static final long HOLD_FIRST_DATA_NS = 400_000_000;

    private final UdtOptions options;
    /** In nanoseconds, as it is needed at each packet. */
    private final long peerTimeoutNs;

    private final RandomGenerator random;
    private final long originNs;
    private final int localSocketId;
    private final RttEstimator rtt = new RttEstimator();
    private final BufferMemory memory;
    private final SendRing sendRing;
    private final PeerShutdown peerShutdown = new PeerShutdown();
    private final OwnShutdown ownShutdown = new OwnShutdown();

    private State state;
    private ClientHandshake handshake;
    private ConnectionParameters parameters;
    private ReceiveRing receiveRing;
    private Sender sender;
    private PeerReports reports;
    private Receiver receiver;
    private CloseReason closeReason;
    private int events;
    private long lingerEndNs;
    private long holdDataUntilNs;
    private long heardNs;
    private long sentNs;
    private long datagramsDropped;
    private long sendLimitBits;
    private long receiveLimitBits;

    private UdtConnection(
            long nowNs, UdtOptions options, int localSocketId, BufferMemory memory, RandomGenerator random) {
        this.options = options;
        this.peerTimeoutNs = options.peerTimeout().toNanos();
        this.random = random;
        this.originNs = nowNs;
        this.localSocketId = localSocketId;
        this.heardNs = nowNs;
        this.sentNs = nowNs;
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
        connection.holdDataUntilNs = parameters.isExtended() ? 0 : nowNs + HOLD_FIRST_DATA_NS;
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
        int bodyLength = length - PacketHeader.LENGTH;
        if (PacketHeader.isControl(datagram, offset)) {
            onControl(nowNs, datagram, offset, bodyLength);
        } else if (bodyLength <= payloadMaxBytes()) {
            heard(nowNs);
            int body = offset + PacketHeader.LENGTH;
            int sequence = DataHeader.sequence(datagram, offset);
            int timestamp = PacketHeader.timestampMicros(datagram, offset);
            if (receiver.onData(nowNs, sequence, timestamp, datagram, body, bodyLength)) {
                events |= READABLE;
            }
        } else {
            datagramsDropped++;
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
                sender.onDeadline(nowNs);
                if (peerShutdown.isGraceOver(nowNs)) {
                    endGrace();
                } else if (nowNs - heardNs >= peerTimeoutNs) {
                    end(nowNs, CloseReason.PEER_SILENT);
                } else if (sender.isBlackHole(nowNs) && nowNs - heardNs < AUDIBLE_NS) {
                    end(nowNs, CloseReason.PATH_MTU);
                } else {
                    checkLinger(nowNs);
                }
            }
            case SHUTTING_DOWN, OVER -> {}
        }
    }

    /** The application has written to the send ring or read from the receive ring. */
    public void onApplicationProgress(long nowNs) {
        if (receiver != null) {
            receiver.onRead(nowNs);
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
        if (sender != null) {
            sender.cap().limit(nowNs, bitsPerSecond);
        }
    }

    /** Asks the peer for the same. One of our own kind keeps to it; libudt cannot be asked. */
    public void limitReceiving(long nowNs, long bitsPerSecond) {
        requireLimit(bitsPerSecond);
        receiveLimitBits = bitsPerSecond;
        if (receiver != null) {
            receiver.askRate(nowNs, bitsPerSecond);
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
        int length =
                switch (state) {
                    case CONNECTING -> handshake.poll(nowNs, target, offset);
                    case OPEN, LINGERING -> pollOpen(nowNs, target, offset);
                    case SHUTTING_DOWN -> pollShutdown(nowNs, target, offset);
                    case OVER -> 0;
                };
        if (length > 0) {
            sentNs = nowNs;
        }
        return length;
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
            case OPEN, LINGERING -> openDeadlineNs();
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
        return receiveRing;
    }

    /** Memory that the two rings and the books hold now; it grows with what is in them and shrinks when they idle. */
    public long bufferBytes() {
        return sendRing.heldBytes() + (receiveRing == null ? 0 : receiveRing.heldBytes() + sender.bookBytes());
    }

    /** Most bytes that one data packet carries, 0 until connected. */
    public int payloadMaxBytes() {
        return parameters == null ? 0 : parameters.mssBytes() - PacketHeader.OVERHEAD_BYTES;
    }

    /** Payload bytes accepted, duplicates not included; cheaper than {@link #stats}. */
    public long bytesReceived() {
        return receiver == null ? 0 : receiver.bytesReceived;
    }

    /** Bytes in the send ring that no packet has carried yet. */
    public long bytesUnsent() {
        return sender == null ? sendRing.writtenBytes() : sender.bytesUnsent();
    }

    boolean isExtended() {
        return parameters.isExtended();
    }

    int mssBytes() {
        return parameters.mssBytes();
    }

    /** A snapshot; call it on the thread that owns this connection. */
    public UdtStats stats(long nowNs) {
        long silenceNs = nowNs - heardNs;
        return sender == null
                ? ConnectionStats.before(silenceNs)
                : ConnectionStats.of(sender, receiver, reports, rtt, datagramsDropped, silenceNs);
    }

    private void open(long nowNs, ConnectionParameters agreed) {
        parameters = agreed;
        state = State.OPEN;
        heardNs = nowNs;
        receiveRing = new ReceiveRing(ConnectionParameters.windowPackets(options), payloadMaxBytes(), memory);
        receiver = new Receiver(receiveRing, rtt, agreed.initialSequence(), agreed.mssBytes(), agreed.isExtended());
        sender = new Sender(sendRing, memory, rtt, agreed, options.congestion(), random);
        reports = new PeerReports(sender);
        sender.cap().limit(nowNs, sendLimitBits);
        if (receiveLimitBits > 0) {
            receiver.askRate(nowNs, receiveLimitBits);
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

    private void onControl(long nowNs, DirectBuffer datagram, int offset, int length) {
        int body = offset + PacketHeader.LENGTH;
        switch (ControlHeader.type(datagram, offset)) {
            case ControlHeader.ACK -> {
                int ackSequence = ControlHeader.additionalInfo(datagram, offset);
                onReport(nowNs, reports.onAck(nowNs, ackSequence, datagram, body, length));
            }
            case ControlHeader.NAK -> onReport(nowNs, reports.onNak(nowNs, datagram, body, length));
            case ControlHeader.ACK2 -> {
                heard(nowNs);
                receiver.onAck2(nowNs, ControlHeader.additionalInfo(datagram, offset));
            }
            case ControlHeader.SHUTDOWN -> peerShutdown.onShutdown(nowNs, rtt.patienceNs());
            case ControlHeader.KEEP_ALIVE -> {
                heard(nowNs);
                receiver.onKeepAlive(nowNs);
            }
            case ControlHeader.USER_DEFINED ->
                onReport(
                        nowNs,
                        isFeedback(datagram, offset)
                                && reports.onFeedback(nowNs, timestampMicros(nowNs), datagram, body, length));
            case ControlHeader.HANDSHAKE -> {} // A late answer to a request of ours that was sent twice.
            default -> heard(nowNs); // Types we do not know still show that the peer lives.
        }
    }

    private boolean isFeedback(DirectBuffer datagram, int offset) {
        return parameters.isExtended() && ControlHeader.extendedType(datagram, offset) == ControlHeader.FEEDBACK;
    }

    private void onReport(long nowNs, boolean isValid) {
        if (!isValid) {
            datagramsDropped++;
            return;
        }
        heard(nowNs);
        events |= WRITABLE;
        checkLinger(nowNs);
    }

    private int timestampMicros(long nowNs) {
        return (int) ((nowNs - originNs) / 1_000);
    }

    private int pollOpen(long nowNs, MutableDirectBuffer target, int offset) {
        int peer = parameters.peerSocketId();
        if (reports.hasAck2()) {
            return reports.pollAck2(target, offset, peer);
        }
        int length = 0;
        if (receiver.deadlineNs() <= nowNs) {
            int datagramMaxBytes = parameters.mssBytes() - PacketHeader.IP_UDP_BYTES;
            length = receiver.poll(nowNs, target, offset, peer, datagramMaxBytes);
        }
        if (length == 0 && nowNs >= holdDataUntilNs) {
            length = sender.poll(nowNs, target, offset, timestampMicros(nowNs), peer);
        }
        if (length == 0 && nowNs - sentNs >= KEEP_ALIVE_NS) {
            sender.trim();
            receiveRing.trim();
            length = ControlHeader.writeEmpty(target, offset, ControlHeader.KEEP_ALIVE, 0, peer);
        }
        return length;
    }

    private int pollShutdown(long nowNs, MutableDirectBuffer target, int offset) {
        long rttNs = (long) (rtt.rttMicros() * 1_000);
        int length = ownShutdown.poll(nowNs, rttNs, target, offset, parameters.peerSocketId());
        if (length > 0) {
            events |= CLOSED;
        }
        if (ownShutdown.isDone()) {
            state = State.OVER;
        }
        return length;
    }

    private long openDeadlineNs() {
        if (reports.hasAck2()) {
            return 0;
        }
        long deadlineNs = Math.min(receiver.deadlineNs(), Math.max(sender.deadlineNs(), holdDataUntilNs));
        deadlineNs = Math.min(deadlineNs, sentNs + KEEP_ALIVE_NS);
        deadlineNs = Math.min(deadlineNs, heardNs + peerTimeoutNs);
        deadlineNs = Math.min(deadlineNs, peerShutdown.deadlineNs());
        return state == State.LINGERING ? Math.min(deadlineNs, lingerEndNs) : deadlineNs;
    }

    private void heard(long nowNs) {
        heardNs = nowNs;
        holdDataUntilNs = 0;
    }

    /** The grace after a Shutdown is over: the peer is gone, unless it goes on talking and the Shutdown was forged. */
    private void endGrace() {
        if (peerShutdown.wasForged(heardNs)) {
            datagramsDropped++;
            peerShutdown.forget();
        } else {
            // Left-over data of ours will never arrive: that is the peer's end, not ours.
            boolean ours = state == State.LINGERING && sender.isDrained();
            finish(ours ? CloseReason.LOCAL_CLOSE : CloseReason.PEER_SHUTDOWN);
        }
    }

    private void checkLinger(long nowNs) {
        if (state == State.LINGERING && (sender.isDrained() || nowNs >= lingerEndNs)) {
            boolean lost = !sender.isDrained() && !options.lingerTimeout().isZero();
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
        if (receiveRing != null) {
            receiveRing.end();
            sender.dispose();
        }
        events |= READABLE | WRITABLE;
    }
}
