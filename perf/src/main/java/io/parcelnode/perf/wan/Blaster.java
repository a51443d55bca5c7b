package io.parcelnode.perf.wan;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;

/** Plain datagrams of full size at a steady rate, counted at the other end: what the emulator itself loses. */
final class Blaster {
    /** {@code sent DATAGRAMS MEGABITS}: all of them, and the rate (IP bytes) after the warm-up. */
    static final String SENT = "sent ";

    /** {@code received DATAGRAMS}: until now, said several times. */
    static final String RECEIVED = "received ";

    private static final int HEADER_BYTES = 28;

    /** Who oversleeps may catch up by this many and no more: a larger burst would be the blaster's own fault. */
    private static final int BURST_MAX = 40;

    static final double WARM_UP_S = 0.5;
    private static final long SLEEP_NS = 50_000;
    private static final long REPORT_NS = 100_000_000;

    private Blaster() {}

    static void receive(InetSocketAddress local) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, UdtBuffers.DATAGRAM_BUFFER_BYTES);
            channel.bind(local);
            WanChildMain.say(WanChildMain.LISTENING);
            ByteBuffer buffer = ByteBuffer.allocateDirect(WanCell.MTU_BYTES);
            channel.connect(channel.receive(buffer));
            channel.configureBlocking(false);
            long received = 1;
            long said = 0;
            long nextNs = System.nanoTime();
            while (true) {
                if (channel.read(buffer.clear()) > 0) {
                    received++;
                    continue;
                }
                long nowNs = System.nanoTime();
                if (received != said && nowNs - nextNs >= 0) {
                    nextNs = nowNs + REPORT_NS;
                    said = received;
                    WanChildMain.say(RECEIVED + received);
                }
                LockSupport.parkNanos(SLEEP_NS);
            }
        }
    }

    static void send(InetSocketAddress receiver, long rateBits, double seconds) throws IOException {
        double packetsPerNs = rateBits / (WanCell.MTU_BYTES * 8e9);
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(receiver);
            ByteBuffer buffer = ByteBuffer.allocateDirect(WanCell.MTU_BYTES - HEADER_BYTES);
            long startNs = System.nanoTime();
            long warmNs = startNs + (long) (WARM_UP_S * 1e9);
            long endNs = warmNs + (long) (seconds * 1e9);
            long sent = 0;
            long sentWarm = 0;
            double credit = 1;
            long lastNs = startNs;
            long nowNs = startNs;
            while (nowNs - endNs < 0) {
                credit = Math.min(BURST_MAX, credit + (nowNs - lastNs) * packetsPerNs);
                lastNs = nowNs;
                for (; credit >= 1; credit--) {
                    if (write(channel, buffer.clear())) {
                        sent++;
                        sentWarm += nowNs - warmNs >= 0 ? 1 : 0;
                    }
                }
                LockSupport.parkNanos(SLEEP_NS);
                nowNs = System.nanoTime();
            }
            double megabits = sentWarm * WanCell.MTU_BYTES * 8e3 / (nowNs - warmNs);
            WanChildMain.say(SENT + sent + " " + megabits);
        }
    }

    private static boolean write(DatagramChannel channel, ByteBuffer datagram) throws IOException {
        try {
            return channel.write(datagram) > 0;
        } catch (PortUnreachableException e) {
            return false;
        }
    }
}
