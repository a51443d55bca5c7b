package io.parcelnode.proto;

import static io.parcelnode.proto.Limits.requireInRange;

import java.time.Duration;

/**
 * What a client asks of one session. Immutable; may be shared.
 *
 * @param sealingThreads   threads to ask the server for, on each side and in each direction; 1 to 64
 * @param creditBytes      bytes the server may send ahead of the reader, per request, and so the most that a stalled
 *     reader keeps in memory; 16 KiB to 1 GiB. To fill a path it must exceed its rate times its round-trip time.
 * @param rekeyBytes       bytes this side seals under one key; 64 KiB to 64 GiB
 * @param alive            whether each end says something every two seconds although it has nothing to say: over a channel
 *     that does not notice by itself when the other end has gone, as TCP does not
 * @param handshakeTimeout longest time for the TLS handshake, and then again for the server's GRANT; up to 5 minutes
 */
public record ClientOptions(
        int sealingThreads, int creditBytes, long rekeyBytes, boolean alive, Duration handshakeTimeout) {
    public static final ClientOptions DEFAULT =
            new ClientOptions(1, 16 * 1024 * 1024, Limits.REKEY_BYTES_MAX, false, Duration.ofSeconds(15));

    public ClientOptions {
        requireInRange("sealingThreads", sealingThreads, 1, Limits.SEALING_THREADS_MAX);
        requireInRange("creditBytes", creditBytes, Limits.CREDIT_BYTES_MIN, Limits.CREDIT_BYTES_MAX);
        requireInRange("rekeyBytes", rekeyBytes, Limits.REKEY_BYTES_MIN, Limits.REKEY_BYTES_MAX);
        requireInRange("handshakeTimeout", handshakeTimeout, Duration.ofMillis(1), Limits.HANDSHAKE_TIMEOUT_MAX);
    }

    public ClientOptions withSealingThreads(int threads) {
        return new ClientOptions(threads, creditBytes, rekeyBytes, alive, handshakeTimeout);
    }

    public ClientOptions withCreditBytes(int bytes) {
        return new ClientOptions(sealingThreads, bytes, rekeyBytes, alive, handshakeTimeout);
    }

    public ClientOptions withRekeyBytes(long bytes) {
        return new ClientOptions(sealingThreads, creditBytes, bytes, alive, handshakeTimeout);
    }

    public ClientOptions withAlive(boolean wanted) {
        return new ClientOptions(sealingThreads, creditBytes, rekeyBytes, wanted, handshakeTimeout);
    }

    public ClientOptions withHandshakeTimeout(Duration timeout) {
        return new ClientOptions(sealingThreads, creditBytes, rekeyBytes, alive, timeout);
    }
}
