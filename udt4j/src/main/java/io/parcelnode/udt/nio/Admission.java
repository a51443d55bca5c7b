package io.parcelnode.udt.nio;

import java.net.InetAddress;

/** Decides which clients a port answers. */
@FunctionalInterface
public interface Admission {
    /** How to treat a connection request. */
    enum Verdict {
        ADMIT,
        /** Told that there is no room; it costs no state. */
        REFUSE,
        /** Not answered at all, as if nobody listened. */
        IGNORE
    }

    /**
     * Called by the thread that serves the port for each connection request, before its cookie is checked: it must neither
     * wait nor throw. {@code source} may be forged.
     */
    Verdict of(InetAddress source);
}
