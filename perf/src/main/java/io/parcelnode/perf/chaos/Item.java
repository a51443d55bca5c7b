package io.parcelnode.perf.chaos;

import io.parcelnode.node.cli.ExitCode;

/** A file that may be wanted, and what becomes of it when nothing else goes wrong. */
enum Item {
    /** Comes in pieces, and may change at the endpoint. */
    LARGE("large", ExitCode.OK),
    SMALL("small", ExitCode.OK),
    /** The same content as {@link #LARGE}, whatever version that has. */
    LARGE_TWIN("large-twin", ExitCode.OK),
    SMALL_TWIN("small-twin", ExitCode.OK),
    IN_FOLDER("some/folder/small", ExitCode.OK),
    /** The endpoint tells one name for these two. */
    NAMESAKE("namesake", ExitCode.OK),
    OTHER_NAMESAKE("other-namesake", ExitCode.OK),
    /** The token has no right to it. */
    DENIED("denied", ExitCode.TOKEN),
    ABSENT("absent", ExitCode.NO_SUCH_FILE),
    /** Manifests promise another digest. */
    WRONG_SMALL("wrong-small", ExitCode.DIGEST_MISMATCH),
    WRONG_LARGE("wrong-large", ExitCode.DIGEST_MISMATCH),
    /** Manifests promise another size. */
    WRONG_SIZE("wrong-size", ExitCode.DIGEST_MISMATCH);

    /** What the endpoint tells as the name of two files. */
    static final String NAME_OF_BOTH = "the-same-name";

    private final String id;
    private final ExitCode expected;

    Item(String id, ExitCode expected) {
        this.id = id;
        this.expected = expected;
    }

    String id() {
        return id;
    }

    ExitCode expected() {
        return expected;
    }

    /** Whether there is a version of it that may have the final name. */
    boolean isGood() {
        return expected == ExitCode.OK;
    }

    boolean isWrongInManifests() {
        return expected == ExitCode.DIGEST_MISMATCH;
    }

    boolean isLarge() {
        return this == LARGE || this == LARGE_TWIN;
    }

    boolean hasNamesake() {
        return this == NAMESAKE || this == OTHER_NAMESAKE;
    }

    /** The one whose content it has. */
    Item original() {
        return switch (this) {
            case LARGE_TWIN -> LARGE;
            case SMALL_TWIN -> SMALL;
            default -> this;
        };
    }

    /** Null for an id that nobody knows. */
    static Item of(String id) {
        for (Item item : values()) {
            if (item.id.equals(id)) {
                return item;
            }
        }
        return null;
    }
}
