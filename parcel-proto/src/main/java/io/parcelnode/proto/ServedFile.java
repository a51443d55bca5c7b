package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes that one request asked for. Read by one thread; {@link #close} may come from another and wakes it. */
public interface ServedFile extends Closeable {
    FileInfo info();

    /**
     * Waits for at least one byte.
     *
     * @return bytes read, -1 at the end of what was asked for
     * @throws RequestFailedException if the source fails, with the reason that the client is told
     */
    int read(ByteBuffer target) throws IOException;
}
