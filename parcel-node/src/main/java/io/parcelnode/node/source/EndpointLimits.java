package io.parcelnode.node.source;

/**
 * What the endpoint is spared.
 *
 * @param requestsPerClient most requests that one client has the endpoint answer at once, 1 to 4096
 * @param requests most requests at once of all clients together, 1 to 16384
 */
public record EndpointLimits(int requestsPerClient, int requests) {
    public static final int REQUESTS_PER_CLIENT_MAX = 4_096;
    public static final int REQUESTS_MAX = 16_384;
    /** 256 small files at once fill 200 Mbit/s when the endpoint takes 100 ms for each. */
    public static final EndpointLimits DEFAULT = new EndpointLimits(256, 1_024);

    public EndpointLimits {
        requireInRange("requestsPerClient", requestsPerClient, REQUESTS_PER_CLIENT_MAX);
        requireInRange("requests", requests, REQUESTS_MAX);
    }

    private static void requireInRange(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " is outside 1.." + max);
        }
    }
}
