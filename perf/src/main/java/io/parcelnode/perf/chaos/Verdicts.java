package io.parcelnode.perf.chaos;

import io.parcelnode.node.cli.ExitCode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** Which ends are honest: each failure of a file has to have a cause that was there, and the run's code follows from the files'. */
final class Verdicts {
    static final int KILLED = 128 + 9;

    private static final Set<Fault> OF_LOST_SERVER = EnumSet.of(Fault.KILL_SERVER, Fault.BLACKOUT);
    private static final Set<Fault> OF_FAILED_ENDPOINT =
            EnumSet.of(Fault.ENDPOINT_ERRORS, Fault.ENDPOINT_BREAKS, Fault.ENDPOINT_DOWN);

    private Verdicts() {}

    /**
     * What may become of a file.
     *
     * @param order names it
     * @param outdated whether the order promises what the endpoint has no more
     * @param first whether nothing can be here from an earlier attempt
     * @param causes what has happened to the client
     */
    static Set<ExitCode> ofFile(Item item, Order order, boolean outdated, boolean first, Set<Fault> causes) {
        Set<ExitCode> allowed = EnumSet.of(item.expected());
        if (causes.contains(Fault.TOKEN_WRONG)) {
            // What is here and is what the manifest promises needs no token.
            boolean mayBeHere = item.isGood() && order.promises() && !first;
            allowed = mayBeHere ? EnumSet.of(ExitCode.TOKEN, ExitCode.OK) : EnumSet.of(ExitCode.TOKEN);
        } else if (item.isLarge() && outdated) {
            allowed = first ? EnumSet.of(ExitCode.DIGEST_MISMATCH) : EnumSet.of(ExitCode.DIGEST_MISMATCH, ExitCode.OK);
        }
        if (causes.contains(Fault.CHANGE) && item.isLarge() && order.promises()) {
            allowed.add(ExitCode.DIGEST_MISMATCH);
        }
        if (mayLoseServer(causes)) {
            allowed.add(ExitCode.SERVER_LOST);
        }
        if (causes.stream().anyMatch(OF_FAILED_ENDPOINT::contains)) {
            allowed.add(ExitCode.ENDPOINT);
        }
        if (causes.contains(Fault.TOKEN_DIES)) {
            allowed.add(ExitCode.TOKEN);
        }
        if (causes.contains(Fault.FULL_DISK) || causes.contains(Fault.SECOND_CLIENT)) {
            allowed.add(ExitCode.LOCAL_DISK);
        }
        return allowed;
    }

    static boolean mayLoseServer(Set<Fault> causes) {
        return causes.stream().anyMatch(OF_LOST_SERVER::contains);
    }

    /** What the process ends with when its files end with {@code ofFiles}. */
    static int ofRun(Collection<Integer> ofFiles) {
        int[] kinds = ofFiles.stream()
                .mapToInt(Integer::intValue)
                .filter(code -> code != ExitCode.OK.number())
                .distinct()
                .toArray();
        return switch (kinds.length) {
            case 0 -> ExitCode.OK.number();
            case 1 -> kinds[0];
            default -> ExitCode.MIXED_FAILURES.number();
        };
    }
}
