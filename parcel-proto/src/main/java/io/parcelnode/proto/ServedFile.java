package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One file being served. Read by one thread at a time; closed by any, once. */
public interface ServedFile extends Closeable {
    /** About the whole file, even when the request asks for a part of it. */
    FileInfo info();

    /**
     * Reads on from the request's offset. Blocks for at least one byte; -1 at the end. The session stops by itself
     * after the request's length. {@link #close} from another thread makes a waiting read throw or return -1.
     */
    int read(ByteBuffer target) throws IOException;
}
