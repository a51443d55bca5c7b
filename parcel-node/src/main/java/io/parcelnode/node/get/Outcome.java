package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;

/**
 * How one download ended.
 *
 * @param reason null when it succeeded
 */
record Outcome(Download download, ExitCode code, String reason, double seconds) {
    boolean isOk() {
        return code == ExitCode.OK;
    }

    /** A word for programs. */
    String status() {
        return !isOk() ? "failed" : download.isAlready() ? "already" : "ok";
    }

    double mbitPerS() {
        return seconds > 0 ? download.fetchedBytes() * 8 / 1e6 / seconds : 0;
    }
}
