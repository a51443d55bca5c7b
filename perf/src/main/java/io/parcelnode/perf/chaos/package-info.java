/**
 * Downloads with injected faults: client processes that are killed, servers that vanish, an endpoint that fails or
 * changes its files, damage on the disk. What must hold: no wrong file under its final name, and every run ends.
 */
package io.parcelnode.perf.chaos;
