package io.parcelnode.sim.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;

/**
 * A UDP relay on loopback: what clients send to {@link #address} reaches the target as {@link RelayConditions} allow,
 * and the answers likewise. Thread-safe.
 *
 * <p>Timing is good to about 1 ms. All clients share one bottleneck in each direction. The seed fixes which datagrams
 * of a given order are lost or held back; the order itself is the operating system's.
 */
public final class UdpRelay implements Closeable {
    private static final long JOIN_MS = 5_000;

    private final RelayLoop loop;
    private final Thread thread;
    private final InetSocketAddress address;

    private UdpRelay(RelayLoop loop, InetSocketAddress address) {
        this.loop = loop;
        this.address = address;
        this.thread = new Thread(loop, "udp-relay-" + address.getPort());
        this.thread.setDaemon(true);
    }

    /** Listens on a free port of 127.0.0.1 and relays to {@code target} until closed. */
    public static UdpRelay start(InetSocketAddress target, RelayConditions conditions, long seed) throws IOException {
        if (target.isUnresolved()) {
            throw new IOException("cannot relay to " + target + ": its name does not resolve; give an IP address");
        }
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        DatagramChannel front = DatagramChannel.open();
        try {
            front.bind(new InetSocketAddress(loopback, 0));
            RelayLoop loop = new RelayLoop(front, target, conditions, seed);
            UdpRelay relay = new UdpRelay(loop, (InetSocketAddress) front.getLocalAddress());
            relay.thread.start();
            return relay;
        } catch (IOException | RuntimeException e) {
            front.close();
            throw e;
        }
    }

    /** Where clients send to. */
    public InetSocketAddress address() {
        return address;
    }

    /** Holds for datagrams that arrive from now on; those inside the path keep their time. */
    public void conditions(RelayConditions conditions) {
        loop.conditions(conditions);
    }

    /** Datagrams sent on, both directions together. */
    public long forwardedDatagrams() {
        return loop.forwarded.get();
    }

    /** Datagrams dropped for any reason, both directions together. */
    public long droppedDatagrams() {
        return loop.dropped.get();
    }

    /** Stops at once; datagrams inside the path are lost. */
    @Override
    public void close() {
        loop.stop();
        try {
            thread.join(JOIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
