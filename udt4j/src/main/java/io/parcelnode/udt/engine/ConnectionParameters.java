package io.parcelnode.udt.engine;

import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.PacketHeader;

/**
 * What a finished handshake has settled. Both directions number their data from the client's initial sequence number.
 *
 * @param headersBytes what IP and UDP add to a datagram
 * @param peerWindowPackets largest flow window the peer will ever advertise
 * @param isExtended both ends are ours: feedback packets take the place of ACK, ACK2 and NAK
 */
record ConnectionParameters(
        int localSocketId,
        int peerSocketId,
        int initialSequence,
        int mssBytes,
        int headersBytes,
        int peerWindowPackets,
        boolean isExtended) {
    private static final int IPV6_BYTES = 16;
    /** The MSS counts 28 bytes of IP and UDP headers even where IPv6 takes 48. */
    private static final int IPV6_EXTRA_BYTES = 20;

    private static final int MSS_MIN_BYTES = 92;
    /** A feedback packet and a gap must fit. */
    static final int EXTENSION_MSS_MIN_BYTES = 128;

    /** What IP and UDP add to a datagram to an address of so many bytes. */
    static int headersBytes(int addressBytes) {
        return PacketHeader.IP_UDP_BYTES + (addressBytes == IPV6_BYTES ? IPV6_EXTRA_BYTES : 0);
    }

    /** The largest datagram as the path sees it. */
    int datagramMaxBytes() {
        return mssBytes - PacketHeader.IP_UDP_BYTES + headersBytes;
    }

    /** The MSS to offer to a peer whose address has so many bytes. */
    static int mssBytes(UdtOptions options, int addressBytes) {
        return addressBytes == IPV6_BYTES
                ? Math.max(MSS_MIN_BYTES, options.mtuBytes() - IPV6_EXTRA_BYTES)
                : options.mtuBytes();
    }

    /** The receive ring's size: what the options ask for, rounded up to what its bookkeeping needs. */
    static int windowPackets(UdtOptions options) {
        return Math.max(64, Integer.highestOneBit(options.flightWindowPackets() - 1) << 1);
    }
}
