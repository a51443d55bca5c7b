package io.parcelnode.perf.wan;

/** Prints the results of a path as soon as they are there, for people or for programs. */
interface ReportWriter {
    void write(CellReport report);
}
