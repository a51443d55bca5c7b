package io.parcelnode.perf.wan;

import java.util.List;

/**
 * The results of one path and what was in force meanwhile.
 *
 * @param bytes of a transfer
 * @param seed of the losses of the first run
 * @param qualification null when it was not asked for
 * @param receiveMaxBytes the kernel's limit of a socket's receive buffer
 */
record CellReport(
        WanCell cell,
        long bytes,
        long seed,
        Qualification qualification,
        long receiveMaxBytes,
        long sendMaxBytes,
        List<WanResult> results) {}
