package io.parcelnode.node.serve;

import io.parcelnode.node.admin.AdminToken;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.limits.RateCaps;
import io.parcelnode.node.source.EndpointLimits;
import io.parcelnode.proto.ServerIdentity;
import java.time.Duration;
import java.util.Set;

/**
 * What may change while a server runs, read and found good.
 *
 * @param adminToken null for none
 */
record LiveSettings(
        RateCaps caps,
        ClientBounds bounds,
        EndpointLimits endpoint,
        ServerIdentity identity,
        AdminToken adminToken,
        Duration drainTimeout,
        LogOptions log) {
    /** Where it comes from. */
    static final Set<String> FLAGS = Set.of(
            "--limit",
            "--client-limit",
            "--token-limit",
            "--network-limit",
            "--max-clients",
            "--client-sessions",
            "--token-sessions",
            "--client-requests",
            "--deny",
            "--allow",
            "--upstream-requests",
            "--upstream-requests-per-client",
            "--tls-cert",
            "--tls-key",
            "--admin-token-file",
            "--drain-timeout",
            "--verbose",
            "--log-file",
            "--log-format");
}
