package io.parcelnode.node.cli;

/**
 * Who gets which part of the memory that all buffers of a process may take together. What is planned is a bound: memory
 * is committed as it is used, and given back when it is not.
 *
 * <p>A server: half for what its clients have not acknowledged and for frames on their way there, shared by all; a
 * quarter for what is read ahead from the endpoint; a quarter for what each session has for itself, which bounds the
 * number of clients. A client: half for packets that have arrived, three eighths for files' bytes that wait to be
 * written, an eighth for the rest.
 *
 * @param totalBytes at least {@link #MIN_BYTES}
 */
public record MemoryPlan(long totalBytes) {
    public static final long MIN_BYTES = 32 << 20;

    private static final int CLIENTS_MAX = 1_024;
    /**
     * What one session holds whatever the others do: 256 KiB guaranteed by the transport, 512 KiB of frames on their way
     * in and out, 256 KiB that files are read into.
     */
    private static final long CLIENT_BYTES = 1 << 20;

    private static final int PACKET_BYTES = 1_500;
    private static final int WINDOW_MIN_PACKETS = 4_096;
    private static final int WINDOW_MAX_PACKETS = 1 << 20;
    private static final int WAITING_CREDIT_MIN_BYTES = 1 << 14;
    private static final int WAITING_CREDIT_MAX_BYTES = 1 << 18;

    public MemoryPlan {
        if (totalBytes < MIN_BYTES) {
            throw new IllegalArgumentException("totalBytes=" + totalBytes + " is below " + MIN_BYTES);
        }
    }

    /** Half of what the JVM may use. */
    public static MemoryPlan ofThisJvm() {
        return new MemoryPlan(Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / 2));
    }

    /** For each of two that share a process. */
    public MemoryPlan half() {
        return new MemoryPlan(Math.max(MIN_BYTES, totalBytes / 2));
    }

    // A server's parts.

    /** Of all connections together; one alone gets half of it. */
    public long connectionsBytes() {
        return totalBytes * 15 / 32;
    }

    /** Of all sessions together, beyond the few frames that each may always have on their way. */
    public long framesBytes() {
        return totalBytes / 32;
    }

    /** With what the endpoint's chunks lie in stock for: a quarter of that. */
    public long readAheadBytes() {
        return totalBytes / 5;
    }

    /** Clients at once. */
    public int clientsMax() {
        return (int) Math.min(CLIENTS_MAX, totalBytes / 4 / CLIENT_BYTES);
    }

    // A client's parts.

    /** The receive window: a power of two, the largest that its part holds. */
    public int windowPackets() {
        long packets = Math.max(WINDOW_MIN_PACKETS, Math.min(WINDOW_MAX_PACKETS, totalBytes / 2 / PACKET_BYTES));
        return Integer.highestOneBit((int) packets);
    }

    /** Of all files together that are being written: what the server may send ahead of the disk. */
    public long creditBytes() {
        return totalBytes * 9 / 32;
    }

    /** Of all requests together that wait for their turn. */
    public long waitingBytes() {
        return totalBytes * 3 / 32;
    }

    /** Of each request, up to {@code requests} of them, that waits for its turn. */
    public int waitingCreditBytes(int requests) {
        long share = waitingBytes() / requests;
        return (int) Math.max(WAITING_CREDIT_MIN_BYTES, Math.min(WAITING_CREDIT_MAX_BYTES, share));
    }
}
