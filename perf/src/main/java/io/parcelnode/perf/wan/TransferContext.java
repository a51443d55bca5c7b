package io.parcelnode.perf.wan;

import java.nio.file.Path;

/**
 * What a transfer has at hand.
 *
 * @param file to be sent, of {@code bytes} bytes, alone in its folder
 * @param scratch an empty folder that goes away after the transfer
 */
record TransferContext(WanLink link, WanCell cell, Path file, long bytes, Path scratch) {}
