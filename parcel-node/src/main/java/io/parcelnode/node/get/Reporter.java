package io.parcelnode.node.get;

import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.node.path.Transport;
import java.util.Collection;

/** Tells people or programs what happens. Thread-safe. */
public interface Reporter extends AutoCloseable {
    /** @param files how many are wanted */
    void planning(int files);

    void connecting(ServerLink link);

    /** @param threadsGranted encryption threads that the server grants */
    void connected(ServerLink link, Connection connection, int threadsGranted);

    /** @param why the connection goes over the transport that it goes over */
    void moved(Transport transport, String why);

    void started(Download download);

    /** An earlier run has left some of it. */
    void resuming(Download download);

    /** It would be downloaded. */
    void planned(Download download);

    /** Called a few times a second. */
    void progress(Collection<Download> active, double seconds);

    /** From now on the server may send so much, 0 for no limit. */
    void limited(long bitsPerSecond);

    void done(Outcome outcome);

    /** Something that a person should know and a program need not. */
    void note(String text);

    void summary(RunSummary summary);

    @Override
    void close();
}
