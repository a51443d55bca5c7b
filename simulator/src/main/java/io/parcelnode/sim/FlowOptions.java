package io.parcelnode.sim;

import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a flow is set up. Immutable.
 *
 * @param client limits of the client's end
 * @param server limits of the server's end
 * @param clientRandom what the client's engine draws from, such as its initial sequence number; null for a stream that
 *     follows from the simulation's seed
 * @param startDelay when the client sends its first request, counted from the making of the flow
 */
public record FlowOptions(UdtOptions client, UdtOptions server, RandomGenerator clientRandom, Duration startDelay) {
    public static FlowOptions of(UdtOptions both) {
        return new FlowOptions(both, both, null, Duration.ZERO);
    }

    public FlowOptions withServer(UdtOptions options) {
        return new FlowOptions(client, options, clientRandom, startDelay);
    }

    public FlowOptions withClientRandom(RandomGenerator random) {
        return new FlowOptions(client, server, random, startDelay);
    }

    public FlowOptions withStartDelay(Duration delay) {
        return new FlowOptions(client, server, clientRandom, delay);
    }
}
