package io.parcelnode.perf.wan;

/** Windows of the UDT family that do not limit a transfer: twice what the path and its queue hold. */
record UdtBuffers(int windowPackets) {
    private static final int WINDOW_MIN_PACKETS = 25_600;
    private static final int WINDOW_MAX_PACKETS = 400_000;

    /** As much as the receiver may be late: of a UDP socket, where the system permits so much. */
    static final int DATAGRAM_BUFFER_BYTES = 32 << 20;

    static UdtBuffers of(WanCell cell) {
        double held = 2 * (cell.bdpBytes() + cell.queueBytes()) / WanCell.PAYLOAD_BYTES;
        return new UdtBuffers((int) Math.max(WINDOW_MIN_PACKETS, Math.min(WINDOW_MAX_PACKETS, held)));
    }

    int bytes() {
        return windowPackets * WanCell.PAYLOAD_BYTES;
    }
}
