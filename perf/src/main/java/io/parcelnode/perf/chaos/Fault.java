package io.parcelnode.perf.chaos;

/** What goes wrong during or after one attempt to download. */
enum Fault {
    /** The client process is killed, as by {@code kill -9}. */
    KILL_CLIENT,
    /** The server vanishes without a word and comes back at the same address. */
    KILL_SERVER,
    /** The path is dark for two seconds. */
    BLACKOUT,
    /** One datagram in fifty is lost. */
    LOSS,
    /** The endpoint answers a quarter of the requests with 503. */
    ENDPOINT_ERRORS,
    /** The endpoint breaks off a quarter of its answers. */
    ENDPOINT_BREAKS,
    /** The endpoint answers everything with 500 from then on. */
    ENDPOINT_DOWN,
    /** The object is replaced by another version of it. */
    CHANGE,
    /** The disk is full; it has room again for the next attempt. */
    FULL_DISK,
    /** After the attempt a byte of the part file is flipped. */
    FLIP_BYTE,
    /** After the attempt the end of the journal is missing. */
    CUT_JOURNAL,
    /** After the attempt the end of the part file is missing. */
    CUT_PART
}
