package io.parcelnode.udt.nio;

import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.engine.BufferMemory;
import io.parcelnode.udt.engine.HandshakeListener;
import io.parcelnode.udt.engine.UdtConnection;
import io.parcelnode.udt.wire.PacketHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The one thread that owns a UDP port and every connection on it.
 *
 * <p>A turn takes commands and a batch of datagrams, sends a bounded number of datagrams, those of the owner first that
 * has had least ({@link FairQueue}), and waits for the earliest deadline. {@link #execute}, {@link #onProgress} and
 * {@link #nowNs} may be called by any thread, everything else by the loop.
 */
final class EventLoop implements Runnable {
    private static final int RECEIVE_BATCH = 256;
    /** From so many datagrams a turn on, traffic is a stream and a short sleep gathers more than a selector would. */
    private static final int STREAMING_DATAGRAMS = 4;

    /** Datagrams that one connection sends before others of its kind are asked. */
    private static final int SEND_BATCH = 16;
    /** Between two looks at what has come: a queue in here must not look like one on the path. */
    private static final int TURN_DATAGRAMS = 64;
    /** With very many connections looking at each costs more than a few datagrams more. */
    private static final int TURN_CONNECTIONS_PER_DATAGRAM = 4;

    private static final int DATAGRAM_MAX_BYTES = 65_535;

    private final NioPort port;
    private final UdtOptions options;
    private final long originNs = System.nanoTime();
    private final RandomGenerator random;
    private final HandshakeListener listener;
    private final BufferMemory memory;
    private final UdtServerChannel server;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<UdtChannel> progress = new ConcurrentLinkedQueue<>();
    private final Int2ObjectHashMap<UdtChannel> bySocketId = new Int2ObjectHashMap<>();
    private final List<UdtChannel> channels = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private final ByteBuffer received = ByteBuffer.allocateDirect(DATAGRAM_MAX_BYTES);
    private final UnsafeBuffer receivedView = new UnsafeBuffer(received);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(DATAGRAM_MAX_BYTES);
    private final UnsafeBuffer outgoingView = new UnsafeBuffer(outgoing);
    private InetSocketAddress refusedTarget;
    /** Who may have something to send. */
    private final FairQueue<UdtChannel> sending = new FairQueue<>();

    private volatile boolean waiting;
    private volatile boolean stopping;
    private volatile Thread thread;
    /** Written by the loop alone. */
    private volatile long idleNs;

    /** @param server takes accepted connections; null for a client's loop, which ends with its connections */
    EventLoop(NioPort port, UdtOptions options, UdtServerChannel server, int connectionsMax, long memoryBytes) {
        this.port = port;
        this.options = options;
        this.server = server;
        SecureRandom secure = new SecureRandom();
        this.random = secure;
        this.memory = new BufferMemory(memoryBytes);
        this.listener = server == null ? null : new HandshakeListener(0, options, secure, connectionsMax, memory);
    }

    void start(String name) {
        Thread started = new Thread(this, name);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Nanoseconds since the loop was made. */
    long nowNs() {
        return System.nanoTime() - originNs;
    }

    /** Runs {@code command} on the loop's thread; false if the loop has ended and it may never run. */
    boolean execute(Runnable command) {
        commands.add(command);
        wakeUp();
        return ended.getCount() > 0;
    }

    /** The application has moved one of the channel's rings. */
    void onProgress(UdtChannel channel) {
        if (channel.marks().markProgress()) {
            progress.add(channel);
            wakeUp();
        }
    }

    /** Ends the loop once every connection on it has ended. */
    void stop() {
        stopping = true;
        wakeUp();
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    boolean isLoopThread() {
        return Thread.currentThread() == thread;
    }

    /** Time spent waiting for something to do. */
    long idleNs() {
        return idleNs;
    }

    /** What the connections of a server's port hold of their common memory. */
    long bufferedBytes() {
        return memory.takenBytes();
    }

    SocketBuffers socketBuffers() {
        return port.buffers();
    }

    RandomGenerator random() {
        return random;
    }

    void add(UdtChannel channel) {
        bySocketId.put(channel.connection().localSocketId(), channel);
        channels.add(channel);
    }

    void abortAll() {
        for (UdtChannel channel : List.copyOf(channels)) {
            channel.abort();
        }
    }

    @Override
    public void run() {
        try {
            while (!(stopping && channels.isEmpty())) {
                turn();
            }
        } catch (IOException | RuntimeException | Error e) {
            failAll(e);
        } finally {
            try {
                port.close();
            } catch (IOException e) {
                // The socket is gone either way, and nobody is left to tell.
            }
            ended.countDown();
            runCommands();
        }
    }

    private void turn() throws IOException {
        runCommands();
        long nowNs = nowNs();
        takeProgress(nowNs);
        int count = receiveBatch();
        if (count > 0) {
            nowNs = nowNs();
        }
        long deadlineNs = queueDue(nowNs);
        if (flushRefused()) {
            deadlineNs = Math.min(deadlineNs, transmit(nowNs));
        }
        removeClosed();
        await(nowNs, sending.isEmpty() ? deadlineNs : nowNs, count, refusedTarget != null);
    }

    private void await(long nowNs, long deadlineNs, int received, boolean socketFull) throws IOException {
        if (deadlineNs <= nowNs && !socketFull || stopping && channels.isEmpty() || received == RECEIVE_BATCH) {
            return;
        }
        long startNs = nowNs();
        if (received >= STREAMING_DATAGRAMS && !socketFull) {
            port.pause();
            idleNs += nowNs() - startNs;
            return;
        }
        waiting = true;
        // Whoever adds work after this check sees the flag and wakes us.
        if (commands.isEmpty() && progress.isEmpty() && !(stopping && channels.isEmpty())) {
            port.await(deadlineNs == UdtConnection.NO_DEADLINE ? deadlineNs : deadlineNs - nowNs(), socketFull);
        }
        waiting = false;
        idleNs += nowNs() - startNs;
    }

    private void runCommands() {
        Runnable command;
        while ((command = commands.poll()) != null) {
            command.run();
        }
    }

    private void takeProgress(long nowNs) {
        UdtChannel channel;
        while ((channel = progress.poll()) != null) {
            channel.marks().clearProgress();
            channel.connection().onApplicationProgress(nowNs);
            channel.marks().touch();
        }
    }

    /**
     * Each datagram gets the time at which it was there, not that of the turn: whoever is kept from the processor between
     * the two would otherwise seem to have heard an answer before it came, and a round trip that is too short is believed
     * for many seconds.
     */
    private int receiveBatch() throws IOException {
        int count = 0;
        InetSocketAddress source;
        while (count < RECEIVE_BATCH && (source = port.receive(received.clear())) != null) {
            count++;
            dispatch(nowNs(), source, received.position());
        }
        return count;
    }

    private void dispatch(long nowNs, InetSocketAddress source, int length) {
        if (length < PacketHeader.LENGTH) {
            return;
        }
        int socketId = PacketHeader.destinationSocketId(receivedView, 0);
        if (socketId == 0) {
            if (listener != null) {
                onConnectionRequest(nowNs, source, length);
            }
            return;
        }
        UdtChannel channel = bySocketId.get(socketId);
        if (channel != null && channel.isPeer(source)) {
            channel.connection().onDatagram(nowNs, receivedView, 0, length);
            channel.marks().touch();
        }
    }

    private FairQueue.Owner<UdtChannel> ownerOf(InetAddress address) {
        Object name = server.ownerOf(address);
        for (int i = 0; i < channels.size(); i++) {
            if (channels.get(i).owner().isNamed(name)) {
                return channels.get(i).owner();
            }
        }
        return new FairQueue.Owner<>(name);
    }

    private void onConnectionRequest(long nowNs, InetSocketAddress source, int length) {
        if (refusedTarget != null) {
            return; // The socket is full; the client asks again.
        }
        Admission.Verdict verdict = server.admit(source.getAddress());
        if (verdict == Admission.Verdict.IGNORE) {
            return;
        }
        listener.backlogFull(server.isBacklogFull() || verdict == Admission.Verdict.REFUSE);
        int replyLength = listener.onDatagram(
                nowNs, source.getAddress().getAddress(), source.getPort(), receivedView, 0, length, outgoingView);
        if (replyLength > 0) {
            send(source, replyLength);
        }
        UdtConnection accepted = listener.pollAccepted();
        if (accepted != null) {
            UdtChannel channel = new UdtChannel(this, accepted, source, options, ownerOf(source.getAddress()));
            add(channel);
            channel.marks().touch();
            server.onAccepted(channel);
        }
    }

    /** Queues those that may have something to send; returns the deadline of the others. */
    private long queueDue(long nowNs) {
        long deadlineNs = UdtConnection.NO_DEADLINE;
        for (int i = 0; i < channels.size(); i++) {
            UdtChannel channel = channels.get(i);
            UdtConnection connection = channel.connection();
            boolean touched = channel.marks().takeTouched();
            long ownNs = connection.deadlineNs();
            if (touched || ownNs <= nowNs) {
                connection.onDeadline(nowNs);
                if (channel.marks().markQueued()) {
                    sending.add(channel.owner(), channel);
                } else {
                    // Whoever waits for its turn to send need not wait to read.
                    channel.onEvents(connection.pollEvents());
                }
            } else {
                deadlineNs = Math.min(deadlineNs, ownNs);
            }
        }
        return deadlineNs;
    }

    /** Sends what may go now, up to a turn's worth and as long as the socket takes it; returns the deadline of the done. */
    private long transmit(long nowNs) {
        long deadlineNs = UdtConnection.NO_DEADLINE;
        int left = Math.max(TURN_DATAGRAMS, channels.size() / TURN_CONNECTIONS_PER_DATAGRAM);
        while (left > 0 && refusedTarget == null) {
            UdtChannel channel = sending.begin();
            if (channel == null) {
                break;
            }
            int sent = transmit(channel, nowNs);
            boolean again = sent == SEND_BATCH || refusedTarget != null;
            left -= sent;
            sending.end(sent, again);
            channel.onEvents(channel.connection().pollEvents());
            if (!again) {
                channel.marks().clearQueued();
                deadlineNs = Math.min(deadlineNs, channel.connection().deadlineNs());
            }
        }
        return deadlineNs;
    }

    /** Returns how many datagrams were made; the socket may have refused the last one. */
    private int transmit(UdtChannel channel, long nowNs) {
        int sent = 0;
        while (sent < SEND_BATCH && refusedTarget == null) {
            int length = channel.connection().pollTransmit(nowNs, outgoingView, 0);
            if (length == 0) {
                return sent;
            }
            sent++;
            send(channel.remoteAddress(), length);
        }
        return sent;
    }

    /** If the socket is full, keeps the datagram for later. */
    private void send(InetSocketAddress target, int length) {
        outgoing.clear().limit(length);
        if (!port.send(outgoing, target)) {
            refusedTarget = target;
        }
    }

    private boolean flushRefused() {
        if (refusedTarget == null) {
            return true;
        }
        outgoing.position(0);
        if (!port.send(outgoing, refusedTarget)) {
            return false;
        }
        refusedTarget = null;
        return true;
    }

    private void removeClosed() {
        for (int i = channels.size() - 1; i >= 0; i--) {
            UdtChannel channel = channels.get(i);
            if (channel.connection().isClosed()) {
                channels.remove(i);
                bySocketId.remove(channel.connection().localSocketId());
                if (listener != null) {
                    listener.forget(channel.connection());
                }
                channel.onEnded(nowNs());
            }
        }
        if (server == null && channels.isEmpty()) {
            stopping = true;
        }
    }

    private void failAll(Throwable failure) {
        for (UdtChannel channel : channels) {
            channel.onFailure(failure);
        }
        channels.clear();
        if (server != null) {
            server.onFailure(failure);
        }
    }

    private void wakeUp() {
        if (waiting) {
            port.wakeUp();
        }
    }
}
