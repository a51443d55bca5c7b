package io.parcelnode.perf.chaos;

/** What goes wrong before, during or after one attempt to download. */
enum Fault {
    /** The client process is killed, as by {@code kill -9}. */
    KILL_CLIENT(When.DURING),
    /** The server vanishes without a word and comes back at the same address. */
    KILL_SERVER(When.DURING),
    /** The path is dark for two seconds. */
    BLACKOUT(When.DURING),
    /** One datagram in fifty is lost. */
    LOSS(When.DURING),
    /** The endpoint answers a quarter of the requests with 503. */
    ENDPOINT_ERRORS(When.DURING),
    /** The endpoint breaks off a quarter of its answers. */
    ENDPOINT_BREAKS(When.DURING),
    /** The endpoint answers everything with 500 from then on. */
    ENDPOINT_DOWN(When.DURING),
    /** The object is replaced by another version of it. */
    CHANGE(When.DURING),
    /** The disk is full; it has room again for the next attempt. */
    FULL_DISK(When.DURING),
    /** The token is no good from the start. */
    TOKEN_WRONG(When.BEFORE),
    /** The token expires, and there is another one after a moment. */
    TOKEN_RENEWED(When.DURING),
    /** The token expires, and nobody brings another one. */
    TOKEN_DIES(When.DURING),
    /** Another client downloads the same into the same folder at the same time. */
    SECOND_CLIENT(When.BEFORE),
    /** After the attempt a byte of the part file is flipped. */
    FLIP_BYTE(When.AFTER),
    /** After the attempt the end of the journal is missing. */
    CUT_JOURNAL(When.AFTER),
    /** After the attempt the end of the part file is missing. */
    CUT_PART(When.AFTER),
    /** A finished file is deleted. */
    FINISHED_GONE(When.AFTER),
    /** A bit of a finished file is changed, by somebody who writes to it. */
    FINISHED_WRITTEN(When.AFTER),
    /** A bit of a finished file is another one, and its time of change is as it was; from then on {@code --recheck} is given. */
    FINISHED_ROTTEN(When.AFTER),
    /** A finished file is replaced by another one. */
    FINISHED_REPLACED(When.AFTER),
    /** The next attempt is for what this one has listed in {@code --failed}. */
    FED_BACK(When.AFTER);

    enum When {
        BEFORE,
        DURING,
        AFTER
    }

    private final When when;

    Fault(When when) {
        this.when = when;
    }

    When when() {
        return when;
    }

    boolean needsToken() {
        return this == TOKEN_WRONG || isOfExpiry();
    }

    boolean isOfExpiry() {
        return this == TOKEN_RENEWED || this == TOKEN_DIES;
    }
}
