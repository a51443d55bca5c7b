package io.parcelnode.proto;

/**
 * What a server's end of a session has spent its time on, each moment counted once, under the first that applies.
 *
 * @param sendingUs the channel did not take what was ready for it
 * @param workingUs files' bytes were being hashed and sealed
 * @param sourceUs there was nothing to send, because sources of files had not delivered
 * @param creditUs there was nothing to send, because all requests waited for the client's credit or for their turn
 */
public record ServerTimes(long sendingUs, long workingUs, long sourceUs, long creditUs) {
    public static final ServerTimes NONE = new ServerTimes(0, 0, 0, 0);

    public long totalUs() {
        return sendingUs + workingUs + sourceUs + creditUs;
    }

    public ServerTimes plus(ServerTimes other) {
        return new ServerTimes(
                sendingUs + other.sendingUs,
                workingUs + other.workingUs,
                sourceUs + other.sourceUs,
                creditUs + other.creditUs);
    }
}
