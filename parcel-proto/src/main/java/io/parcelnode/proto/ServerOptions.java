package io.parcelnode.proto;

import static io.parcelnode.proto.Limits.requireInRange;

import java.time.Duration;

/**
 * What a server grants one session. Immutable; may be shared.
 *
 * @param sealingThreadsMax most sealing threads granted to a session; 1 to 64
 * @param requestsMax       most requests a session may have open at once; 16 to 4096. Clients hold back what is above.
 * @param framesOutMax      most frames of data that are being sealed and sent at once; 4 to 64
 * @param rekeyBytes        bytes this side seals under one key; 64 KiB to 64 GiB
 * @param handshakeTimeout  longest time for the TLS handshake, and then again for the client's START; up to 5 minutes
 */
public record ServerOptions(
        int sealingThreadsMax, int requestsMax, int framesOutMax, long rekeyBytes, Duration handshakeTimeout) {
    public static final int FRAMES_OUT_MIN = 4;
    public static final int FRAMES_OUT_MAX = 64;
    /** Memory for each of {@link #framesOutMax}: before and after sealing. */
    public static final int FRAME_MEMORY_BYTES = Limits.PLAIN_BYTES_MAX + Limits.RECORD_BYTES_MAX;

    public static final ServerOptions DEFAULT =
            new ServerOptions(4, 1024, FRAMES_OUT_MAX, Limits.REKEY_BYTES_MAX, Duration.ofSeconds(15));

    public ServerOptions {
        requireInRange("sealingThreadsMax", sealingThreadsMax, 1, Limits.SEALING_THREADS_MAX);
        requireInRange("requestsMax", requestsMax, Limits.REQUESTS_BEFORE_GRANT, Limits.REQUESTS_MAX);
        requireInRange("framesOutMax", framesOutMax, FRAMES_OUT_MIN, FRAMES_OUT_MAX);
        requireInRange("rekeyBytes", rekeyBytes, Limits.REKEY_BYTES_MIN, Limits.REKEY_BYTES_MAX);
        requireInRange("handshakeTimeout", handshakeTimeout, Duration.ofMillis(1), Limits.HANDSHAKE_TIMEOUT_MAX);
    }

    public ServerOptions withSealingThreadsMax(int threads) {
        return new ServerOptions(threads, requestsMax, framesOutMax, rekeyBytes, handshakeTimeout);
    }

    public ServerOptions withRequestsMax(int requests) {
        return new ServerOptions(sealingThreadsMax, requests, framesOutMax, rekeyBytes, handshakeTimeout);
    }

    public ServerOptions withFramesOutMax(int frames) {
        return new ServerOptions(sealingThreadsMax, requestsMax, frames, rekeyBytes, handshakeTimeout);
    }

    public ServerOptions withRekeyBytes(long bytes) {
        return new ServerOptions(sealingThreadsMax, requestsMax, framesOutMax, bytes, handshakeTimeout);
    }

    public ServerOptions withHandshakeTimeout(Duration timeout) {
        return new ServerOptions(sealingThreadsMax, requestsMax, framesOutMax, rekeyBytes, timeout);
    }
}
