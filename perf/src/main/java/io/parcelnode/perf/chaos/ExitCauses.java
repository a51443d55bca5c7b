package io.parcelnode.perf.chaos;

import io.parcelnode.node.cli.ExitCode;
import java.util.EnumSet;
import java.util.Set;

/** Which ends of a client are honest: each failure has to have a cause that was there. */
final class ExitCauses {
    private static final int KILLED = 128 + 9;
    private static final Set<Fault> OF_LOST_SERVER = EnumSet.of(Fault.KILL_SERVER, Fault.BLACKOUT);
    private static final Set<Fault> OF_FAILED_ENDPOINT =
            EnumSet.of(Fault.ENDPOINT_ERRORS, Fault.ENDPOINT_BREAKS, Fault.ENDPOINT_DOWN, Fault.CHANGE);

    private ExitCauses() {}

    /** @param faults that had happened when the client ended */
    static boolean allow(int exitCode, Set<Fault> faults) {
        if (exitCode == ExitCode.OK.number()) {
            return true;
        }
        boolean server = hasAny(faults, OF_LOST_SERVER);
        boolean endpoint = hasAny(faults, OF_FAILED_ENDPOINT);
        boolean disk = faults.contains(Fault.FULL_DISK);
        if (exitCode == ExitCode.MIXED_FAILURES.number()) {
            return (server ? 1 : 0) + (endpoint ? 1 : 0) + (disk ? 1 : 0) > 1;
        }
        return exitCode == ExitCode.SERVER_LOST.number() && server
                || exitCode == ExitCode.ENDPOINT.number() && endpoint
                || exitCode == ExitCode.LOCAL_DISK.number() && disk
                || exitCode == KILLED && faults.contains(Fault.KILL_CLIENT);
    }

    private static boolean hasAny(Set<Fault> faults, Set<Fault> wanted) {
        return faults.stream().anyMatch(wanted::contains);
    }
}
