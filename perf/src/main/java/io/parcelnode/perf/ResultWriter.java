package io.parcelnode.perf;

import java.util.List;

/** Prints results for people or for programs. */
interface ResultWriter {
    void write(List<PeerResult> results);
}
