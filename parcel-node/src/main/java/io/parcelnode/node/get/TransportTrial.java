package io.parcelnode.node.get;

import io.parcelnode.node.path.Transport;
import java.util.Locale;

/**
 * Whether a long download would be faster over the other transport, found out by going over it for some seconds: the
 * bytes that come are wanted either way. Some networks hold UDP back, and next door TCP costs less processor time. Used
 * by one thread; time is handed in.
 */
final class TransportTrial {
    /** Closer than this, both ends are next door. */
    static final long NEAR_RTT_NS = 2_000_000;

    private static final long MS_NS = 1_000_000;
    private static final long NEAR_SETTLE_NS = 500 * MS_NS;
    private static final long NEAR_MEASURE_NS = 1_000 * MS_NS;
    private static final long SETTLE_MIN_NS = 1_000 * MS_NS;
    private static final long MEASURE_MIN_NS = 2_000 * MS_NS;
    /** A start-up that doubles each round trip is over by then. */
    private static final int SETTLE_ROUNDS = 12;

    private static final int MEASURE_ROUNDS = 10;
    /** A trial that was for nothing costs no more than one part in so many of what is left. */
    private static final int WORTH = 40;

    private static final int NEAR_WORTH = 3;
    /** So much more has TCP to bring than UDT; next door it need not even bring as much. */
    private static final double BETTER = 1.1;

    private static final double NEAR_BETTER = 0.95;
    /** With so much less in its first part it is not tried to the end. */
    private static final double HOPELESS = 0.5;
    /** When the transport that was chosen brings so much less than it did, networks may have changed their mind. */
    private static final double FALLEN = 0.4;

    private static final long FALLEN_FOR_NS = 20_000 * MS_NS;
    private static final long AGAIN_AFTER_NS = 300_000 * MS_NS;

    /** What to do now. */
    enum Move {
        STAY,
        SWITCH
    }

    private Transport home;
    private Transport now;
    private boolean near;
    private boolean decided;
    private long settleNs;
    private long measureNs;
    private long connectedNs;
    private long fromNs;
    private long fromBytes;
    private double homeBits;
    private double decidedBits;
    private long decidedNs;
    private long fallenSinceNs;
    private String words;
    private String verdict;

    /** A connection has been made. */
    void onConnected(long nowNs, Transport transport, long receivedBytes) {
        if (home == null) {
            home = transport;
        }
        if (isTrying() && transport == home) {
            decide(nowNs, homeBits); // Not over the one that was to be tried: it is not to be had.
        }
        now = transport;
        connectedNs = nowNs;
        restart(nowNs, receivedBytes);
    }

    /** The connection has broken; one that was on trial has failed it. */
    void onBroken(long nowNs) {
        if (isTrying()) {
            decide(nowNs, homeBits);
        }
    }

    /** The other transport cannot be had: the present one it is. */
    void onUnreachable(long nowNs) {
        home = now;
        decide(nowNs, homeBits);
    }

    /**
     * Called a few times a second.
     *
     * @param receivedBytes of all files since the run began
     * @param leftBytes that are known to be still wanted
     * @param rttNs of the present connection
     * @param held the rate says nothing about the path: a limit holds it, or nothing is being fetched
     */
    Move on(long nowNs, long receivedBytes, long leftBytes, long rttNs, boolean held) {
        if (held) {
            connectedNs = nowNs; // Whatever comes first after that starts up again.
            restart(nowNs, receivedBytes);
            return Move.STAY;
        }
        boolean trying = isTrying();
        if (!trying) {
            near = rttNs < NEAR_RTT_NS;
            settleNs = near ? NEAR_SETTLE_NS : Math.max(SETTLE_MIN_NS, SETTLE_ROUNDS * rttNs);
            measureNs = near ? NEAR_MEASURE_NS : Math.max(MEASURE_MIN_NS, MEASURE_ROUNDS * rttNs);
        }
        if (nowNs - connectedNs < settleNs) {
            restart(nowNs, receivedBytes);
            return Move.STAY;
        }
        long elapsedNs = nowNs - fromNs;
        double bits = (receivedBytes - fromBytes) * 8e9 / Math.max(1, elapsedNs);
        if (trying && elapsedNs >= measureNs / 2 && bits < HOPELESS * homeBits) {
            return sendBack(nowNs, bits);
        }
        if (elapsedNs < measureNs) {
            return Move.STAY;
        }
        if (trying) {
            return verdict(nowNs, bits);
        }
        restart(nowNs, receivedBytes);
        return decided ? watch(nowNs, bits) : mayTry(bits, leftBytes);
    }

    /** What the last move was made for, for people. */
    String words() {
        return words;
    }

    /** Why the run stays where it is after a trial, once; null if there is nothing new. */
    String takeVerdict() {
        String taken = verdict;
        verdict = null;
        return taken;
    }

    private boolean isTrying() {
        return !decided && homeBits > 0;
    }

    private Move mayTry(double bits, long leftBytes) {
        double trialNs = settleNs + measureNs;
        double leftNs = bits == 0 ? 0 : leftBytes * 8e9 / bits;
        if (leftNs < (near ? NEAR_WORTH : WORTH) * trialNs) {
            return Move.STAY;
        }
        homeBits = bits;
        words = String.format(
                Locale.ROOT, "trying it for %.0f s: %s brings %s", trialNs / 1e9, home.protocol(), text(bits));
        return Move.SWITCH;
    }

    private Move verdict(long nowNs, double bits) {
        double tcpNeeds = near ? NEAR_BETTER : BETTER;
        if (bits < homeBits * (now == Transport.TCP ? tcpNeeds : 1 / tcpNeeds)) {
            return sendBack(nowNs, bits);
        }
        verdict = compared(now, bits, homeBits);
        home = now;
        decide(nowNs, bits);
        return Move.STAY;
    }

    private Move sendBack(long nowNs, double bits) {
        words = compared(home, homeBits, bits);
        decide(nowNs, homeBits);
        return Move.SWITCH;
    }

    private Move watch(long nowNs, double bits) {
        if (now != home) {
            return Move.SWITCH; // The trial was lost, but the connection of it is still the one.
        }
        boolean fallen = bits < FALLEN * decidedBits;
        if (!fallen) {
            decidedBits = Math.max(decidedBits, bits);
            fallenSinceNs = nowNs;
        } else if (nowNs - fallenSinceNs > FALLEN_FOR_NS && nowNs - decidedNs > AGAIN_AFTER_NS) {
            decided = false;
            homeBits = 0;
        }
        return Move.STAY;
    }

    private void decide(long nowNs, double bits) {
        decided = true;
        decidedNs = nowNs;
        decidedBits = bits;
        fallenSinceNs = nowNs;
    }

    private void restart(long nowNs, long receivedBytes) {
        fromNs = nowNs;
        fromBytes = receivedBytes;
    }

    private static String compared(Transport better, double betterBits, double otherBits) {
        return String.format(
                Locale.ROOT,
                "%s brought %s, %s %s",
                better.protocol(),
                text(betterBits),
                better.other().protocol(),
                text(otherBits));
    }

    private static String text(double bits) {
        return String.format(Locale.ROOT, "%.1f Mbit/s", bits / 1e6);
    }
}
