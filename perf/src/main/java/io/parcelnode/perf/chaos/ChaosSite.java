package io.parcelnode.perf.chaos;

import java.nio.file.Path;

/**
 * What one run is made of.
 *
 * @param home state of the clients, and what they print
 */
record ChaosSite(
        ChaosPlan plan,
        ClientLauncher launcher,
        Path home,
        EndpointContents contents,
        ChaosTokens tokens,
        ChaosEndpoint endpoint,
        ChaosServer server,
        SmallDisk disk,
        TargetFolder target) {}
