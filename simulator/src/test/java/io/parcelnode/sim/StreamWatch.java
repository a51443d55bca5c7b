package io.parcelnode.sim;

import io.parcelnode.udt.wire.AckBody;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.FeedbackBody;
import io.parcelnode.udt.wire.PacketHeader;
import io.parcelnode.udt.wire.SequenceNumbers;
import org.agrona.DirectBuffer;

/**
 * What is said about one direction of a connection by both of its ends, and whether they may say it. Packets are
 * counted here from 0 without wrapping, on purpose by other code than the engine's.
 */
final class StreamWatch {
    private final int initialSequence;
    private long sentPackets;
    private long acknowledgedPackets;
    private long windowEnd;
    private boolean senderClosed;

    StreamWatch(int initialSequence, int windowPackets) {
        this.initialSequence = initialSequence;
        windowEnd = windowPackets;
    }

    /** The sender of this direction has written a packet. */
    void onSenderSays(DirectBuffer packet) {
        if (PacketHeader.isControl(packet, 0)) {
            senderClosed |= ControlHeader.type(packet, 0) == ControlHeader.SHUTDOWN;
            return;
        }
        require(!senderClosed, "data after a Shutdown");
        long number = number(DataHeader.sequence(packet, 0), sentPackets);
        require(number >= 0, "data packet " + number + " lies before the first one");
        require(number <= sentPackets, "data packet " + number + " leaves some out, " + sentPackets + " were sent");
        require(number < windowEnd, "data packet " + number + " lies past the window, which ends at " + windowEnd);
        sentPackets = Math.max(sentPackets, number + 1);
    }

    /** The receiver of this direction has written a packet. */
    void onReceiverSays(DirectBuffer packet, int length) {
        if (Packets.isFeedback(packet)) {
            onFeedback(packet);
            return;
        }
        if (!PacketHeader.isControl(packet, 0) || ControlHeader.type(packet, 0) != ControlHeader.ACK) {
            return;
        }
        long number = number(AckBody.ackNumber(packet, PacketHeader.LENGTH), acknowledgedPackets);
        require(number <= sentPackets, "acknowledged up to " + number + " of " + sentPackets + " packets sent");
        require(number >= acknowledgedPackets, "acknowledged " + number + " after " + acknowledgedPackets);
        acknowledgedPackets = number;
        if (length > PacketHeader.LENGTH + AckBody.LIGHT_LENGTH) {
            windowEnd = Math.max(windowEnd, number + AckBody.windowPackets(packet, PacketHeader.LENGTH));
        }
    }

    private void onFeedback(DirectBuffer packet) {
        int body = PacketHeader.LENGTH;
        long next = number(FeedbackBody.next(packet, body), acknowledgedPackets);
        long frontier = number(FeedbackBody.frontier(packet, body), acknowledgedPackets);
        long from = number(FeedbackBody.from(packet, body), acknowledgedPackets);
        long to = number(FeedbackBody.to(packet, body), acknowledgedPackets);
        require(frontier <= sentPackets, "told of packet " + frontier + " of " + sentPackets + " sent");
        require(next >= acknowledgedPackets, "acknowledged " + next + " after " + acknowledgedPackets);
        require(
                next <= from && from <= to && to <= frontier,
                "describes " + from + ".." + to + " of " + next + ".." + frontier);
        int window = FeedbackBody.windowPackets(packet, body);
        require(window >= 0, "window " + window);
        acknowledgedPackets = next;
        windowEnd = Math.max(windowEnd, next + window);
    }

    private long number(int sequence, long near) {
        // 2^31 is the period: the number that is nearest to where the stream is.
        long period = SequenceNumbers.MASK + 1L;
        long number = sequence - (long) initialSequence;
        return number + Math.round((near - number) / (double) period) * period;
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
