package io.parcelnode.sim.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The relay's thread: reads every socket, stores datagrams until they are due, sends them on. */
final class RelayLoop implements Runnable {
    private static final int CLIENTS_MAX = 256;
    /** A client that has been silent for so long gives way to a new one when all places are taken. */
    private static final long CLIENT_IDLE_NS = 10_000_000_000L;

    private static final int DATAGRAMS_PER_TURN = 64;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    /** Selectors count in milliseconds and may oversleep by one; the rest of a wait is slept in short pieces. */
    private static final long SELECT_MIN_NS = 2_000_000;

    /** Every datagram of so short a time goes in one turn: one wake-up per datagram would cost more than the datagram. */
    private static final long PARK_NS = 200_000;

    final AtomicLong forwarded = new AtomicLong();
    final AtomicLong dropped = new AtomicLong();

    private final DatagramChannel front;
    private final SocketAddress target;
    private final Selector selector;
    private final PathDirection toServer;
    private final PathDirection toClient;
    private final DatagramPool pool = new DatagramPool();
    private final PriorityQueue<StoredDatagram> stored = new PriorityQueue<>();
    private final Map<SocketAddress, RelayClient> clients = new LinkedHashMap<>(16, 0.75f, true);
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(DatagramPool.DATAGRAM_MAX_BYTES);
    private final Consumer<SelectionKey> drainKey = this::drain;
    private volatile RelayConditions conditions;
    private volatile boolean stopped;
    private long number;
    private long nowNs;

    RelayLoop(DatagramChannel front, InetSocketAddress target, RelayConditions conditions, long seed)
            throws IOException {
        this.front = front;
        this.target = target;
        this.conditions = conditions;
        SplittableRandom random = new SplittableRandom(seed);
        toServer = new PathDirection(random.split());
        toClient = new PathDirection(random.split());
        selector = Selector.open();
        register(front, null);
    }

    void conditions(RelayConditions changed) {
        conditions = changed;
    }

    void stop() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                sendDue();
                await();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the relay to " + target + " lost its selector", e);
        } finally {
            closeAll();
        }
    }

    private void await() throws IOException {
        StoredDatagram next = stored.peek();
        long waitNs = next == null ? Long.MAX_VALUE : next.dueNs - System.nanoTime();
        if (next == null) {
            selector.select(drainKey);
        } else if (waitNs >= SELECT_MIN_NS) {
            selector.select(drainKey, waitNs / 1_000_000 - 1);
        } else {
            if (waitNs > 0) {
                LockSupport.parkNanos(PARK_NS);
            }
            selector.selectNow(drainKey);
        }
    }

    private void sendDue() {
        nowNs = System.nanoTime();
        StoredDatagram next = stored.peek();
        while (next != null && next.dueNs - nowNs <= 0) {
            send(stored.poll());
            next = stored.peek();
        }
    }

    private void send(StoredDatagram datagram) {
        int sent = 0;
        try {
            sent = datagram.toServer
                    ? datagram.client.upstream.write(datagram.bytes)
                    : front.send(datagram.bytes, datagram.client.address);
        } catch (IOException e) {
            // Nobody listens there, or the client gave way: the datagram is lost, as it would be on a real path.
        }
        (sent > 0 ? forwarded : dropped).incrementAndGet();
        pool.giveBack(datagram);
    }

    private void drain(SelectionKey key) {
        nowNs = System.nanoTime();
        RelayClient client = (RelayClient) key.attachment();
        for (int i = 0; i < DATAGRAMS_PER_TURN; i++) {
            incoming.clear();
            try {
                SocketAddress source = ((DatagramChannel) key.channel()).receive(incoming);
                if (source == null) {
                    return;
                }
                store(client == null ? client(source) : client, client == null);
            } catch (IOException e) {
                // An ICMP error for what was sent earlier; whatever else has arrived is read at the next turn.
                return;
            }
        }
    }

    private void store(RelayClient client, boolean fromClient) {
        incoming.flip();
        if (client == null) {
            dropped.incrementAndGet();
            return;
        }
        client.activeNs = nowNs;
        PathDirection direction = fromClient ? toServer : toClient;
        long dueNs = direction.enter(nowNs, incoming.remaining(), conditions);
        StoredDatagram datagram = dueNs == PathDirection.DROPPED ? null : pool.take(incoming.remaining());
        if (datagram == null) {
            dropped.incrementAndGet();
            return;
        }
        datagram.bytes.put(incoming).flip();
        datagram.client = client;
        datagram.toServer = fromClient;
        datagram.number = number++;
        datagram.dueNs = dueNs;
        stored.add(datagram);
    }

    /** The client of that address, made at its first datagram; null when there is no place for it. */
    private RelayClient client(SocketAddress source) throws IOException {
        RelayClient client = clients.get(source);
        if (client != null) {
            return client;
        }
        if (clients.size() >= CLIENTS_MAX && !dropIdleClient()) {
            return null;
        }
        DatagramChannel upstream = DatagramChannel.open();
        try {
            upstream.connect(target);
            client = new RelayClient(source, upstream);
            register(upstream, client);
        } catch (IOException e) {
            upstream.close();
            throw e;
        }
        clients.put(source, client);
        return client;
    }

    private boolean dropIdleClient() throws IOException {
        Iterator<RelayClient> leastRecentFirst = clients.values().iterator();
        RelayClient oldest = leastRecentFirst.next();
        if (nowNs - oldest.activeNs < CLIENT_IDLE_NS) {
            return false;
        }
        leastRecentFirst.remove();
        oldest.upstream.close();
        return true;
    }

    private void register(DatagramChannel channel, RelayClient client) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, client);
    }

    private void closeAll() {
        try {
            for (RelayClient client : clients.values()) {
                client.upstream.close();
            }
            front.close();
            selector.close();
        } catch (IOException e) {
            // The process is left with a socket too many, nothing that anyone could act upon.
        }
    }
}
