package io.parcelnode.udt.engine;

import io.parcelnode.udt.wire.AckBody;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.FeedbackBody;
import io.parcelnode.udt.wire.LossListBody;
import io.parcelnode.udt.wire.PacketHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What the peer tells of the packets we sent, ACK and NAK of a libudt peer or feedback of one of our own, checked and
 * handed to the sender. Each method returns false for a packet that is malformed or speaks of what was never sent:
 * libudt ends the connection then, which lets one forged packet kill it. Owned by one connection; not thread-safe.
 */
final class PeerReports {
    private static final int ACK2_QUEUE_MAX = 64;
    private static final int WINDOW_MIN_PACKETS = 2;

    private final Sender sender;
    private final int[] ack2Queue = new int[ACK2_QUEUE_MAX];
    private int ack2Count;

    long acksReceived;
    long naksReceived;

    PeerReports(Sender sender) {
        this.sender = sender;
    }

    boolean onAck(long nowNs, int ackSequence, DirectBuffer datagram, int body, int length) {
        long acked = AckBody.isWellFormed(length) ? sender.packetOfAck(AckBody.ackNumber(datagram, body)) : -1;
        if (acked < 0) {
            return false;
        }
        acksReceived++;
        boolean isFull = length >= AckBody.FULL_LENGTH;
        if (length >= AckBody.FULL_LENGTH_WITH_RATES && sender.isNews(acked)) {
            sender.onRates(
                    AckBody.arrivalRatePacketsPerSecond(datagram, body),
                    AckBody.capacityPacketsPerSecond(datagram, body));
        }
        boolean news = sender.onAck(nowNs, acked, isFull);
        if (isFull) {
            if (ack2Count < ACK2_QUEUE_MAX) {
                ack2Queue[ack2Count++] = ackSequence;
            }
            // libudt's least window; with less, and all acknowledged, neither end would ever speak again.
            sender.onWindow(acked, Math.max(WINDOW_MIN_PACKETS, AckBody.windowPackets(datagram, body)));
            if (news) {
                sender.onPeerRtt(AckBody.rttMicros(datagram, body));
            }
        }
        return true;
    }

    boolean onNak(long nowNs, DirectBuffer datagram, int body, int length) {
        if (!LossListBody.isWellFormed(datagram, body, length)) {
            return false;
        }
        naksReceived++;
        return sender.onNak(nowNs, datagram, body, length);
    }

    /** @param nowMicros our timestamp clock */
    boolean onFeedback(long nowNs, int nowMicros, DirectBuffer datagram, int body, int length) {
        if (!FeedbackBody.isWellFormed(datagram, body, length)
                || !sender.onFeedback(nowNs, nowMicros, datagram, body, length)) {
            return false;
        }
        acksReceived++;
        int header = body - PacketHeader.LENGTH;
        sender.cap().ask(nowNs, FeedbackBody.askedBitsPerSecond(ControlHeader.additionalInfo(datagram, header)));
        return true;
    }

    /** True when an ACK waits for its ACK2. */
    boolean hasAck2() {
        return ack2Count > 0;
    }

    /** Writes the next ACK2 and returns its length; there must be one. */
    int pollAck2(MutableDirectBuffer target, int offset, int destinationSocketId) {
        return ControlHeader.writeEmpty(
                target, offset, ControlHeader.ACK2, ack2Queue[--ack2Count], destinationSocketId);
    }
}
