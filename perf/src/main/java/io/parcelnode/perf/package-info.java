/**
 * Measurements side by side with peers, in the same run.
 *
 * <p>Start at {@link io.parcelnode.perf.PerfMain}, which {@code perf/run} calls. The measuring process only forks, waits
 * and reports: both ends of every transfer are JVMs of their own ({@link io.parcelnode.perf.ChildMain}), so that no peer
 * profits from what another one has compiled, allocated or left in the heap.
 */
package io.parcelnode.perf;
