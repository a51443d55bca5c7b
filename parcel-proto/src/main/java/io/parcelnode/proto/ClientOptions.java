package io.parcelnode.proto;

import java.time.Duration;

/**
 * Limits of a client's session. Immutable.
 *
 * @param sealingThreads threads to ask the server for, 1 to 64
 * @param creditBytes what the server may send for a request before it is read, 16 KiB to 1 GiB
 * @param rekeyBytes plaintext bytes after which a direction changes its key; both ends must agree, 64 KiB to 64 GiB
 * @param handshakeTimeout longest TLS handshake
 */
public record ClientOptions(int sealingThreads, int creditBytes, long rekeyBytes, Duration handshakeTimeout) {
    public static final ClientOptions DEFAULT =
            new ClientOptions(4, 4 << 20, FrameKeys.REKEY_BYTES, Duration.ofSeconds(10));

    public ClientOptions {
        Limits.requireInRange("sealingThreads", sealingThreads, 1, Limits.SEALING_THREADS_MAX);
        Limits.requireInRange("creditBytes", creditBytes, 1 << 14, Limits.CREDIT_MAX_BYTES);
        Limits.requireInRange("rekeyBytes", rekeyBytes, 1 << 16, FrameKeys.REKEY_BYTES);
    }

    public ClientOptions withSealingThreads(int threads) {
        return new ClientOptions(threads, creditBytes, rekeyBytes, handshakeTimeout);
    }

    public ClientOptions withCreditBytes(int bytes) {
        return new ClientOptions(sealingThreads, bytes, rekeyBytes, handshakeTimeout);
    }

    public ClientOptions withRekeyBytes(long bytes) {
        return new ClientOptions(sealingThreads, creditBytes, bytes, handshakeTimeout);
    }

    public ClientOptions withHandshakeTimeout(Duration timeout) {
        return new ClientOptions(sealingThreads, creditBytes, rekeyBytes, timeout);
    }
}
