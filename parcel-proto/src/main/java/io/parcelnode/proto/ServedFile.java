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

    /**
     * Waits until {@link #read} will not, for a source that can tell. Between both calls the session holds no memory
     * for this file; without it each reader that waits for a slow source would hold a buffer.
     */
    default void awaitBytes() throws IOException {}

    /**
     * Every byte asked for has been read and handed to the session, which is about to say so to the client. Called at
     * most once, before {@link #close}; a file that is closed without it was not served to its end.
     *
     * @param bytes  from the request's offset on
     * @param sha256 of these bytes
     */
    default void onServed(long bytes, byte[] sha256) {}

    /** So far; {@link SourceLatency#NONE} for a source that is asked nothing. May be called by any thread. */
    default SourceLatency sourceLatency() {
        return SourceLatency.NONE;
    }
}
