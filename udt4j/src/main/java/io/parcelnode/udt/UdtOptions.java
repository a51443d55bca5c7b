package io.parcelnode.udt;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of one connection, or of every connection that a listener accepts. Immutable; may be shared between
 * connections and threads.
 *
 * @param mtuBytes largest datagram to send or accept, IP and UDP headers (28 bytes) included; 92 to 65535. Both ends
 *     use the smaller of their two values
 * @param flightWindowPackets most packets that may be on their way to us at once, and so the size of the receive ring;
 *     32 to 1048576, rounded up to a power of two. Memory is committed as it is used
 * @param sendBufferBytes most bytes written but not yet acknowledged; 64 KiB to 1456 MiB
 * @param datagramBufferBytes size asked for the UDP socket's own buffers; 64 KiB to 1 GiB, the system may grant less
 * @param connectTimeout longest wait for the handshake; 100 ms to 5 minutes. libudt waits 3 s
 * @param lingerTimeout longest wait in close for unacknowledged data, up to 3 minutes; zero discards it
 * @param peerTimeout silence after which the peer counts as lost; 1 s to 10 minutes. libudt takes about 46 s
 * @param congestion what decides how fast to send
 * @param extension whether to offer and accept the finer feedback that two of our own ends have; libudt never notices
 */
public record UdtOptions(
        int mtuBytes,
        int flightWindowPackets,
        int sendBufferBytes,
        int datagramBufferBytes,
        Duration connectTimeout,
        Duration lingerTimeout,
        Duration peerTimeout,
        Congestion congestion,
        boolean extension) {

    private static final int FLIGHT_WINDOW_MAX_PACKETS = 1 << 20;
    /** The largest flight window, with the 1456 bytes of data that a datagram of 1500 bytes carries. */
    public static final int SEND_BUFFER_MAX_BYTES = FLIGHT_WINDOW_MAX_PACKETS * 1_456;

    /** What libudt uses, with a shorter linger. */
    public static final UdtOptions DEFAULT = new UdtOptions(
            1500,
            8192,
            12 << 20,
            4 << 20,
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            Duration.ofSeconds(46),
            Congestion.DAIMD,
            true);

    public UdtOptions {
        requireInRange("mtuBytes", mtuBytes, 92, 65_535);
        requireInRange("flightWindowPackets", flightWindowPackets, 32, FLIGHT_WINDOW_MAX_PACKETS);
        requireInRange("sendBufferBytes", sendBufferBytes, 1 << 16, SEND_BUFFER_MAX_BYTES);
        requireInRange("datagramBufferBytes", datagramBufferBytes, 1 << 16, 1 << 30);
        requireInRange("connectTimeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        requireInRange("lingerTimeout", lingerTimeout, Duration.ZERO, Duration.ofMinutes(3));
        requireInRange("peerTimeout", peerTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
        Objects.requireNonNull(congestion, "congestion");
    }

    public UdtOptions withMtuBytes(int bytes) {
        return new UdtOptions(
                bytes,
                flightWindowPackets,
                sendBufferBytes,
                datagramBufferBytes,
                connectTimeout,
                lingerTimeout,
                peerTimeout,
                congestion,
                extension);
    }

    public UdtOptions withFlightWindowPackets(int packets) {
        return new UdtOptions(
                mtuBytes,
                packets,
                sendBufferBytes,
                datagramBufferBytes,
                connectTimeout,
                lingerTimeout,
                peerTimeout,
                congestion,
                extension);
    }

    public UdtOptions withSendBufferBytes(int bytes) {
        return new UdtOptions(
                mtuBytes,
                flightWindowPackets,
                bytes,
                datagramBufferBytes,
                connectTimeout,
                lingerTimeout,
                peerTimeout,
                congestion,
                extension);
    }

    public UdtOptions withDatagramBufferBytes(int bytes) {
        return new UdtOptions(
                mtuBytes,
                flightWindowPackets,
                sendBufferBytes,
                bytes,
                connectTimeout,
                lingerTimeout,
                peerTimeout,
                congestion,
                extension);
    }

    public UdtOptions withConnectTimeout(Duration timeout) {
        return new UdtOptions(
                mtuBytes,
                flightWindowPackets,
                sendBufferBytes,
                datagramBufferBytes,
                timeout,
                lingerTimeout,
                peerTimeout,
                congestion,
                extension);
    }

    public UdtOptions withLingerTimeout(Duration timeout) {
        return new UdtOptions(
                mtuBytes,
                flightWindowPackets,
                sendBufferBytes,
                datagramBufferBytes,
                connectTimeout,
                timeout,
                peerTimeout,
                congestion,
                extension);
    }

    public UdtOptions withPeerTimeout(Duration timeout) {
        return new UdtOptions(
                mtuBytes,
                flightWindowPackets,
                sendBufferBytes,
                datagramBufferBytes,
                connectTimeout,
                lingerTimeout,
                timeout,
                congestion,
                extension);
    }

    public UdtOptions withCongestion(Congestion control) {
        return new UdtOptions(
                mtuBytes,
                flightWindowPackets,
                sendBufferBytes,
                datagramBufferBytes,
                connectTimeout,
                lingerTimeout,
                peerTimeout,
                control,
                extension);
    }

    public UdtOptions withExtension(boolean offered) {
        return new UdtOptions(
                mtuBytes,
                flightWindowPackets,
                sendBufferBytes,
                datagramBufferBytes,
                connectTimeout,
                lingerTimeout,
                peerTimeout,
                congestion,
                offered);
    }

    private static void requireInRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " is outside " + min + ".." + max);
        }
    }

    private static void requireInRange(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + "=" + value + " is outside " + min + ".." + max);
        }
    }
}
