package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Opens the files that are written. */
interface Disk {
    /** The machine's own. */
    Disk LOCAL = FileChannel::open;

    FileChannel open(Path file, OpenOption... options) throws IOException;
}
