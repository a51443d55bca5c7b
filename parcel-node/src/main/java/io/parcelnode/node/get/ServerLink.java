package io.parcelnode.node.get;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.ByteBudget;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.SocketBufferCheck;
import io.parcelnode.node.path.PathChannel;
import io.parcelnode.node.path.Transport;
import io.parcelnode.node.path.UdtPath;
import io.parcelnode.proto.ClientOptions;
import io.parcelnode.proto.ClientSession;
import io.parcelnode.proto.UntrustedServerException;
import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.nio.UdtConnectException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections to one server, and remembers what datagram size its path carries. Used by one thread, but for
 * {@link #openBeside}.
 */
public final class ServerLink {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);

    /** Smaller and smaller until something passes: Ethernet, IPv6 at the least, what tunnels leave of that, IPv4. */
    private static final int[] MTU_LADDER_BYTES = {1_500, 1_280, 1_052, 576};

    /** A packet this much shorter than full size still counts as full. */
    private static final int NEARLY_FULL_BYTES = 64;

    private static final int HEADERS_BYTES = 44;

    /** The grant takes one round trip; a path that swallows it leaves time for smaller datagrams. */
    private static final Duration GRANT_MAX = Duration.ofSeconds(3);

    private static final Duration LEAST = Duration.ofMillis(10);
    private static final Duration CONNECT_MIN = Duration.ofMillis(100);
    /** An address that did not answer comes after the others for so long. */
    private static final Duration UNREACHED = Duration.ofSeconds(10);

    /** Handshakes that may break in one attempt to connect. */
    private static final int HANDSHAKES_MAX = 4;

    private static final Duration HANDSHAKE_PAUSE = Duration.ofMillis(500);
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(1);

    private final String host;
    private final int port;
    private final UdtOptions transport;
    private final int threads;
    private final ServerIdentityCheck identity;
    private final SocketBufferCheck bufferCheck = new SocketBufferCheck();
    private final ServerNodes nodes = new ServerNodes();
    private final ReceiveLimit limit = new ReceiveLimit();
    private LimitSchedule schedule = new LimitSchedule(LimitTimetable.NONE, Clock.systemDefaultZone(), limit::set);
    private MemoryPlan memory = MemoryPlan.ofThisJvm();
    private ByteBudget credit = new ByteBudget(memory.creditBytes());
    private PathConnector paths = new PathConnector(TransportChoice.UDT);
    private int mtuStep;

    public ServerLink(String host, int port, UdtOptions transport, int threads, ServerIdentityCheck identity) {
        this.host = host;
        this.port = port;
        this.transport = transport;
        this.threads = threads;
        this.identity = identity;
    }

    /** What the buffers of this client may take; before the first connection. */
    public void memory(MemoryPlan plan) {
        memory = plan;
        credit = new ByteBudget(plan.creditBytes());
    }

    /** What connections may go over; before the first one. UDT alone if this is not called. */
    public void transport(TransportChoice choice) {
        paths = new PathConnector(choice);
    }

    /** How connections are made, and over what the next one goes. */
    PathConnector paths() {
        return paths;
    }

    MemoryPlan memory() {
        return memory;
    }

    /** What the server may send ahead of all files together that are being written. */
    ByteBudget credit() {
        return credit;
    }

    /** What the server may send over all connections together; before the first connection. */
    void limit(LimitTimetable timetable, Clock clock) {
        schedule = new LimitSchedule(timetable, clock, limit::set);
        schedule.keep();
    }

    /** Keeps the limit to its timetable; one thread at a time. */
    LimitSchedule limit() {
        return schedule;
    }

    /** What the server may send ahead for a request that no worker has taken up yet. */
    int waitingCreditBytes() {
        return memory.waitingCreditBytes(SessionWorkers.REQUESTS);
    }

    String server() {
        return Addresses.text(host, port);
    }

    int threads() {
        return threads;
    }

    /**
     * Connects and shakes hands, asking the user about an unknown server if need be.
     *
     * @param timeout for the transport's handshake, TLS and the server's grant together; it starts anew when the user
     *     has accepted the server
     */
    Connection connect(Duration timeout) throws IOException, CommandException {
        int broken = 0;
        long startNs = System.nanoTime();
        while (true) {
            PathChannel channel;
            try {
                channel = connectAny(timeout, startNs);
            } catch (UdtConnectException e) {
                // So many are being told to come back that it has no time for another; that is over soon.
                if (e.reason() != CloseReason.REFUSED
                        || left(timeout, startNs).compareTo(REFUSED_PAUSE.multipliedBy(2)) < 0) {
                    throw e;
                }
                pause(REFUSED_PAUSE);
                continue;
            }
            try {
                limit.add(channel);
                if (channel instanceof UdtPath udt) {
                    bufferCheck.check(udt.socketBuffers(), LOG);
                }
                requireTime(timeout, startNs);
                ClientOptions options = ClientOptions.DEFAULT
                        .withSealingThreads(threads)
                        .withCreditBytes(waitingCreditBytes())
                        .withAlive(channel.transport() == Transport.TCP)
                        .withHandshakeTimeout(left(timeout, startNs));
                ClientSession session = ClientSession.connect(channel, identity.trust(), options);
                Duration left = left(timeout, startNs);
                GrantDeadline deadline = new GrantDeadline(channel, left.compareTo(GRANT_MAX) < 0 ? left : GRANT_MAX);
                return new Connection(channel, session, startNs, deadline);
            } catch (UntrustedServerException e) {
                channel.abort();
                identity.onUntrusted(e, server());
                startNs = System.nanoTime();
            } catch (ClosedByInterruptException | RuntimeException e) {
                channel.abort();
                throw e;
            } catch (IOException e) {
                channel.abort();
                // A server that is just being stopped: another of its name, or its successor, may be there.
                nodes.avoid(channel.remoteAddress().getAddress(), UNREACHED, System.nanoTime());
                IOException explained = paths.onHandshakeBroken(channel.transport(), e);
                if (++broken == HANDSHAKES_MAX
                        || left(timeout, startNs).compareTo(HANDSHAKE_PAUSE.multipliedBy(2)) < 0) {
                    throw explained;
                }
                pause(HANDSHAKE_PAUSE);
            }
        }
    }

    /**
     * A connection ended without having brought a byte of any file. If nothing near full size ever arrived on it, the
     * path may swallow large datagrams: the next connection uses smaller ones.
     *
     * @return true if there is a smaller size to try
     */
    boolean tryStepDown(Connection fruitless) {
        int fullBytes = mtuBytes() - HEADERS_BYTES;
        boolean suspicious = fruitless.channel().transport() == Transport.UDT
                && fruitless.stats().largestPayloadReceivedBytes() < fullBytes - NEARLY_FULL_BYTES;
        if (suspicious && mtuStep < MTU_LADDER_BYTES.length - 1) {
            mtuStep++;
            return true;
        }
        return false;
    }

    int mtuBytes() {
        return MTU_LADDER_BYTES[mtuStep];
    }

    private static void requireTime(Duration timeout, long startNs) throws IOException {
        if (left(timeout, startNs).equals(LEAST)) {
            throw new IOException("connecting took all of the " + timeout.toMillis() / 1e3
                    + " s that it may, and left nothing for the TLS handshake");
        }
    }

    private static Duration left(Duration timeout, long startNs) {
        Duration left = timeout.minusNanos(System.nanoTime() - startNs);
        return left.compareTo(LEAST) > 0 ? left : LEAST;
    }

    /** One of the host's addresses after the other, those that have not failed lately first. */
    private PathChannel connectAny(Duration timeout, long startNs) throws IOException {
        PathChannel prepared = paths.takePrepared();
        if (prepared != null) {
            return prepared;
        }
        List<InetAddress> addresses = nodes.inOrder(resolve(), System.nanoTime());
        IOException failure = null;
        for (int i = 0; i < addresses.size(); i++) {
            InetAddress address = addresses.get(i);
            Duration share = left(timeout, startNs).dividedBy(addresses.size() - i);
            try {
                awaitTurn(address, share);
                return paths.connect(new InetSocketAddress(address, port), options(share));
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                nodes.avoid(address, UNREACHED, System.nanoTime());
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure;
    }

    /**
     * Connects over this transport to where the connection leads, beside it.
     *
     * @throws IOException if that fails; the connection is as it was
     */
    PathChannel openBeside(Connection connection, Transport other, Duration timeout) throws IOException {
        return PathConnector.open(other, connection.channel().remoteAddress(), options(timeout));
    }

    private UdtOptions options(Duration connectTimeout) {
        return transport.withMtuBytes(mtuBytes()).withConnectTimeout(atLeast(connectTimeout, CONNECT_MIN));
    }

    /** A server that has asked for some time gets it, also when there is no other. */
    private void awaitTurn(InetAddress address, Duration most) throws IOException {
        long askedForNs = nodes.askedForNs(address, System.nanoTime());
        pause(Duration.ofNanos(Math.min(askedForNs, most.toNanos())));
    }

    private static void pause(Duration time) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    /** The server of this connection wants to be left alone for a while. */
    void onLeaving(Connection connection, Duration retryAfter) {
        nodes.leave(connection.channel().remoteAddress().getAddress(), retryAfter, System.nanoTime());
    }

    private static Duration atLeast(Duration time, Duration least) {
        return time.compareTo(least) > 0 ? time : least;
    }

    /** Looked up each time: a server that has moved is found at its new address. */
    private List<InetAddress> resolve() throws IOException {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new UnknownHostException("the host name " + host + " has no address; check its spelling and the DNS");
        }
    }

    /** A channel and the session on it, since when it was tried, and until when it must be granted. */
    record Connection(PathChannel channel, ClientSession session, long startNs, GrantDeadline deadline)
            implements Closeable {
        /** Waits until the server has granted the session: from there on it works. */
        int awaitGrant() throws IOException {
            try {
                return session.awaitGrant();
            } catch (IOException e) {
                throw deadline.hasPassed() ? new IOException("the server did not answer in time", e) : e;
            } finally {
                deadline.callOff();
            }
        }

        /** Smoothed; asks the transport, so not for every packet. */
        long roundTripNs() {
            return stats().rttMicros() * 1_000;
        }

        UdtStats stats() {
            return channel.stats();
        }

        /** Ends it at once; whoever reads from it gets an exception. Any thread. */
        void abort() {
            channel.abort();
        }

        @Override
        public void close() throws IOException {
            try {
                session.close();
            } finally {
                channel.close();
            }
        }
    }
}
