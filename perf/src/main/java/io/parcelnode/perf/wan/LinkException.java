package io.parcelnode.perf.wan;

import java.io.IOException;

/** There is no link, so nothing can be measured; the message says what its program said. */
final class LinkException extends IOException {
    private static final long serialVersionUID = 1;

    LinkException(String message) {
        super(message);
    }
}
