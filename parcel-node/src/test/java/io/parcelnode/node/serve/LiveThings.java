package io.parcelnode.node.serve;

import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.SourceLatency;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** Sessions and transfers without a network, for those who listen to a server. */
public final class LiveThings {
    private LiveThings() {}

    /** Of a client on loopback, without figures. */
    public static LiveSession session(Instant start) {
        InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_000);
        return new LiveSession(UUID.randomUUID(), new FakePath(client), start);
    }

    /**
     * Of a client there, of which nothing is ever known.
     *
     * @param limit told each limit in bits per second
     */
    public static LiveSession limited(InetAddress client, LongConsumer limit) {
        InetSocketAddress address = new InetSocketAddress(client, 5_000);
        FakePath path = new FakePath(address, CompletableFuture::new, limit);
        return new LiveSession(UUID.randomUUID(), path, Instant.EPOCH);
    }

    public static LiveTransfer transfer(LiveSession session, OpenRequest request, Instant start) {
        FileInfo info = new FileInfo("", 1_000, "v", null, null);
        return new LiveTransfer(session, request, info, start, () -> new SourceLatency(2, 1_500, 3_000));
    }

    /** As if it had been served. */
    public static void serve(LiveTransfer transfer, int bytes, byte[] sha256) {
        transfer.addBytes(bytes);
        transfer.sha256(sha256);
    }
}
