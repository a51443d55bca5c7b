package io.parcelnode.node.cli;

import io.parcelnode.udt.nio.SocketBuffers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/** Says once per process when the system grants smaller UDP buffers than asked for, and what to set. Thread-safe. */
public final class SocketBufferCheck {
    private final AtomicBoolean done = new AtomicBoolean();

    /** Looks at the first socket alone: the next ones would get no more. */
    public void check(SocketBuffers buffers, Logger log) {
        if (!done.getAndSet(true) && buffers.isClipped()) {
            log.info(sentence(buffers, System.getProperty("os.name")));
        }
    }

    static String sentence(SocketBuffers buffers, String system) {
        String asked = Units.describeBytes(buffers.askedBytes());
        String fix = system.startsWith("Linux")
                ? "sysctl -w net.core.rmem_max=" + buffers.askedBytes() + " net.core.wmem_max=" + buffers.askedBytes()
                : "raise the system's limit for UDP socket buffers";
        return "The system clips UDP socket buffers to " + Units.describeBytes(buffers.receiveBytes())
                + " (receive) and " + Units.describeBytes(buffers.sendBytes()) + " (send) where " + asked
                + " was asked for; fast transfers will lose packets. To change that: " + fix;
    }
}
