package io.parcelnode.node.serve;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** How often somebody was not let in, or got no room, since the server began. Thread-safe. */
public final class AdmissionFigures {
    /** Why a session is told to leave, or a request to come later. */
    enum Reason {
        STOPPING,
        MAX_CLIENTS,
        CLIENT_SESSIONS,
        DENIED,
        TOKEN_SESSIONS,
        CLIENT_REQUESTS
    }

    final LongAdder handshakesDenied = new LongAdder();
    final LongAdder handshakesRefused = new LongAdder();
    private final Map<Reason, LongAdder> turnedAway = new EnumMap<>(Reason.class);

    AdmissionFigures() {
        for (Reason reason : Reason.values()) {
            turnedAway.put(reason, new LongAdder());
        }
    }

    /** Connection requests from networks that are denied. */
    public long handshakesDenied() {
        return handshakesDenied.sum();
    }

    /** Connection requests beyond those who are told why. */
    public long handshakesRefused() {
        return handshakesRefused.sum();
    }

    /** Sessions and requests by why there was no room for them. */
    public void turnedAway(ObjLongConsumer<String> to) {
        turnedAway.forEach((reason, count) -> to.accept(reason.name(), count.sum()));
    }

    void onTurnedAway(Reason reason) {
        turnedAway.get(reason).increment();
    }
}
