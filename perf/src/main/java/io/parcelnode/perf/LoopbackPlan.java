package io.parcelnode.perf;

import java.util.List;

/** What one {@code loopback} measurement does: these peers, each so many runs, each run over such a window. */
record LoopbackPlan(List<String> peers, int runs, MeasuredWindow window) {}
