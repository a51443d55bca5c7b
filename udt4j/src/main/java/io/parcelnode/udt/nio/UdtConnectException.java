package io.parcelnode.udt.nio;

import io.parcelnode.udt.CloseReason;
import java.io.IOException;

/** A connection could not be made. */
public final class UdtConnectException extends IOException {
    private static final long serialVersionUID = 1;

    private final CloseReason reason;

    UdtConnectException(String message, CloseReason reason) {
        super(message);
        this.reason = reason;
    }

    /** What went wrong; {@link CloseReason#REFUSED} means that the listener is there and will not have us. */
    public CloseReason reason() {
        return reason;
    }
}
