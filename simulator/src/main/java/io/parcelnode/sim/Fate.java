package io.parcelnode.sim;

/** What became of a packet at a link. */
enum Fate {
    PASSED("passed"),
    DUPLICATED("passed twice"),
    CORRUPTED("passed with a bit flipped"),
    TRUNCATED("passed shortened"),
    LOST("lost"),
    LOST_IN_BURST("lost in a burst"),
    FILTERED("dropped by script"),
    QUEUE_FULL("dropped, queue full"),
    TOO_LARGE("dropped, too large"),
    BLACKOUT("lost in a blackout");

    final String text;

    Fate(String text) {
        this.text = text;
    }

    boolean isDrop() {
        return compareTo(LOST) >= 0;
    }
}
