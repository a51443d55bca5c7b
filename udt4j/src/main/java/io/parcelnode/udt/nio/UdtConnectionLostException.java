package io.parcelnode.udt.nio;

import io.parcelnode.udt.CloseReason;
import java.io.IOException;

/** A connection ended although neither side closed it: what was written last may not have arrived. */
public final class UdtConnectionLostException extends IOException {
    private static final long serialVersionUID = 1;

    private final CloseReason reason;

    UdtConnectionLostException(String message, CloseReason reason) {
        super(message);
        this.reason = reason;
    }

    public CloseReason reason() {
        return reason;
    }
}
