package io.parcelnode.sim;

import io.parcelnode.udt.engine.SendRing;
import io.parcelnode.udt.engine.UdtConnection;
import java.nio.ByteBuffer;

/** The application at one end of a flow: writes a known stream and checks every byte of the one it reads. */
final class FlowApplication {
    /** Smaller refills would only cost time: the ring holds far more. */
    private static final int REFILL_BYTES = 16_384;
    /** More than two packets, so that the engine never comes to the end of what it has. */
    private static final int UNSENT_MIN_BYTES = 8_192;
    /** Unused allowances are kept for so long. */
    private static final long ALLOWANCE_KEPT_NS = 20_000_000;

    private final String name;
    private final ByteStream outgoing;
    private final ByteStream expected;
    private final byte[] readBytes = new byte[ByteStream.SPAN_MAX_BYTES];
    private final ByteBuffer readBuffer = ByteBuffer.wrap(readBytes);
    private double limitBytesPerNs;
    private double allowedBytes;
    private long readLimitBytes = Long.MAX_VALUE;

    long bytesToSend;
    long bytesWritten;
    long bytesRead;
    boolean readToEnd;

    FlowApplication(String name, ByteStream outgoing, ByteStream expected) {
        this.name = name;
        this.outgoing = outgoing;
        this.expected = expected;
    }

    void limit(double bitsPerSecond) {
        limitBytesPerNs = bitsPerSecond / 8e9;
    }

    boolean isLimited() {
        return limitBytesPerNs > 0;
    }

    /** So much time has passed since the last allowance. */
    void allow(long passedNs) {
        double kept = Math.min(bytesToSend - bytesWritten + allowedBytes, limitBytesPerNs * ALLOWANCE_KEPT_NS);
        double allowed = kept + limitBytesPerNs * passedNs;
        bytesToSend = bytesWritten + (long) allowed;
        allowedBytes = allowed - (long) allowed;
    }

    void stop() {
        limitBytesPerNs = 0;
        bytesToSend = bytesWritten;
    }

    void readUpTo(long position) {
        readLimitBytes = position;
    }

    boolean hasWrittenAll() {
        return bytesWritten == bytesToSend;
    }

    /**
     * Writes what the ring takes. Of more than it can hold at all, only what the engine is about to send: for the engine
     * that is the same, and the ring's memory is read while it is still in the processor's cache.
     */
    boolean write(UdtConnection connection) {
        if (hasWrittenAll()) {
            return false;
        }
        long before = bytesWritten;
        SendRing ring = connection.sendRing();
        while (bytesToSend - bytesWritten > ring.capacityBytes()) {
            if (connection.bytesUnsent() >= UNSENT_MIN_BYTES || ring.freeBytes() < REFILL_BYTES) {
                return bytesWritten > before;
            }
            bytesWritten += ring.write(outgoing.span(bytesWritten, REFILL_BYTES));
        }
        int free = ring.freeBytes();
        while (bytesWritten < bytesToSend && free >= Math.min(bytesToSend - bytesWritten, REFILL_BYTES)) {
            int length = (int) Math.min(Math.min(free, ByteStream.SPAN_MAX_BYTES), bytesToSend - bytesWritten);
            bytesWritten += ring.write(outgoing.span(bytesWritten, length));
            free = ring.freeBytes();
        }
        return bytesWritten > before;
    }

    /** @throws AssertionError if a byte is not the one that was sent */
    boolean read(UdtConnection connection) {
        if (connection.receiveRing() == null || readToEnd) {
            return false;
        }
        long before = bytesRead;
        while (bytesRead < readLimitBytes) {
            readBuffer.clear().limit((int) Math.min(readBytes.length, readLimitBytes - bytesRead));
            int length = connection.receiveRing().read(readBuffer);
            if (length <= 0) {
                readToEnd = length < 0;
                break;
            }
            int wrong = expected.mismatch(bytesRead, readBytes, length);
            if (wrong >= 0) {
                throw new AssertionError(name + " read a wrong byte at position " + (bytesRead + wrong));
            }
            bytesRead += length;
        }
        return bytesRead > before;
    }
}
