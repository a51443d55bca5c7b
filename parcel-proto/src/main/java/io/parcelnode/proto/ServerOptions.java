package io.parcelnode.proto;

import java.time.Duration;

/**
 * Limits of a server's session. Immutable.
 *
 * @param sealingThreadsMax most threads that a client is granted, 1 to 64
 * @param requestsMax most requests that one session has open at once, 1 to 4096
 * @param rekeyBytes plaintext bytes after which a direction changes its key; both ends must agree, 64 KiB to 64 GiB
 * @param handshakeTimeout longest TLS handshake
 */
public record ServerOptions(int sealingThreadsMax, int requestsMax, long rekeyBytes, Duration handshakeTimeout) {
    public static final ServerOptions DEFAULT =
            new ServerOptions(4, 256, FrameKeys.REKEY_BYTES, Duration.ofSeconds(10));

    public ServerOptions {
        Limits.requireInRange("sealingThreadsMax", sealingThreadsMax, 1, Limits.SEALING_THREADS_MAX);
        Limits.requireInRange("requestsMax", requestsMax, 1, 4_096);
        Limits.requireInRange("rekeyBytes", rekeyBytes, 1 << 16, FrameKeys.REKEY_BYTES);
    }

    public ServerOptions withSealingThreadsMax(int threads) {
        return new ServerOptions(threads, requestsMax, rekeyBytes, handshakeTimeout);
    }

    public ServerOptions withRequestsMax(int requests) {
        return new ServerOptions(sealingThreadsMax, requests, rekeyBytes, handshakeTimeout);
    }

    public ServerOptions withRekeyBytes(long bytes) {
        return new ServerOptions(sealingThreadsMax, requestsMax, bytes, handshakeTimeout);
    }

    public ServerOptions withHandshakeTimeout(Duration timeout) {
        return new ServerOptions(sealingThreadsMax, requestsMax, rekeyBytes, timeout);
    }
}
