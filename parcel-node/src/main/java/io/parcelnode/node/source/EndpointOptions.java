package io.parcelnode.node.source;

import java.nio.file.Path;
import okhttp3.HttpUrl;

/**
 * How to read a REST endpoint.
 *
 * @param url file ids are appended after one slash
 * @param tokenHeader header that carries the client's token
 * @param connections most range requests at once for one transfer, 1 to 256
 * @param rangeBytes bytes asked for by one of them, 64 KiB to 1 GiB
 * @param readAheadBytes most bytes that all transfers together hold in memory
 * @param certificateAuthorities PEM file of further roots to trust, null for none
 * @param insecure trust whatever certificate the endpoint shows
 * @param limits what the endpoint is spared
 * @param catalogue where files are and what they are, null when the endpoint alone knows
 */
public record EndpointOptions(
        HttpUrl url,
        String tokenHeader,
        int connections,
        long rangeBytes,
        long readAheadBytes,
        Path certificateAuthorities,
        boolean insecure,
        EndpointLimits limits,
        Catalogue catalogue) {
    public static final int CONNECTIONS_MAX = 256;
    public static final long RANGE_MIN_BYTES = 1 << 16;
    public static final long RANGE_MAX_BYTES = 1 << 30;

    /** With the limits that are usual, and without a catalogue. */
    public EndpointOptions(
            HttpUrl url,
            String tokenHeader,
            int connections,
            long rangeBytes,
            long readAheadBytes,
            Path certificateAuthorities,
            boolean insecure) {
        this(
                url,
                tokenHeader,
                connections,
                rangeBytes,
                readAheadBytes,
                certificateAuthorities,
                insecure,
                EndpointLimits.DEFAULT,
                null);
    }

    public EndpointOptions {
        if (connections < 1 || connections > CONNECTIONS_MAX) {
            throw new IllegalArgumentException("connections=" + connections + " is outside 1.." + CONNECTIONS_MAX);
        }
        if (rangeBytes < RANGE_MIN_BYTES || rangeBytes > RANGE_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "rangeBytes=" + rangeBytes + " is outside " + RANGE_MIN_BYTES + ".." + RANGE_MAX_BYTES);
        }
    }
}
