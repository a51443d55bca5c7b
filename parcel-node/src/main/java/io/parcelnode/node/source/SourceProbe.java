package io.parcelnode.node.source;

import java.io.IOException;

/** A source of files that can be asked whether it is there. */
public interface SourceProbe {
    /** {@code endpoint} or {@code folder}. */
    String kind();

    /**
     * Asks it, on nobody's behalf, within a few seconds.
     *
     * @return what was found, in words
     * @throws IOException if it is not there
     */
    String probe() throws IOException;
}
