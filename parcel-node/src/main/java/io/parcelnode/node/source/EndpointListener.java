package io.parcelnode.node.source;

/**
 * Hears what passes between a source and its endpoint, for figures. Called from many threads, on the way of the data:
 * an implementation neither blocks nor throws.
 */
public interface EndpointListener {
    /** Of a source that nobody watches. */
    EndpointListener NONE = new EndpointListener() {};

    /**
     * The head of an answer has come.
     *
     * @param latencyNs since the request was made
     */
    default void onAnswer(int status, long latencyNs) {}

    /** A request has got none: the endpoint was not reached, or broke off before. */
    default void onNoAnswer() {}

    /** Content of files that the endpoint has sent. */
    default void onUpstreamBytes(long bytes) {}

    /** Content that a client was given although another one's request had brought it. */
    default void onSharedBytes(long bytes) {}

    /** The endpoint has asked not to be asked for so long (Retry-After). */
    default void onToldToWait(long pauseNs) {}
}
