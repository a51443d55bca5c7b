package io.parcelnode.sim;

import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import io.parcelnode.udt.wire.SequenceNumbers;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the place of a data packet's payload in the stream that it was cut from, by comparing all of it.
 *
 * <p>Where to look follows from its sequence number, as if all packets but the newest were equally long. Those that are
 * sent again after shorter ones are not found; that is no error, they only take more memory.
 */
final class PayloadFinder {
    private final ByteStream stream;
    private int newestSequence = -1;
    private int newestLength;
    private long newestPosition;
    private int longest;

    PayloadFinder(ByteStream stream) {
        this.stream = stream;
    }

    /** Where the payload of this packet stands, {@link ByteStream#NOWHERE} if it has none or none that was found. */
    int find(UnsafeBuffer packet, int length) {
        int payloadLength = length - PacketHeader.LENGTH;
        if (payloadLength <= 0 || PacketHeader.isControl(packet, 0)) {
            return ByteStream.NOWHERE;
        }
        int sequence = DataHeader.sequence(packet, 0);
        int distance = newestSequence < 0 ? 1 : SequenceNumbers.distance(newestSequence, sequence);
        long position = newestPosition + (long) distance * longest;
        if (distance > 0) {
            position += newestLength - longest;
            newestSequence = sequence;
            newestLength = payloadLength;
            newestPosition = position;
            longest = Math.max(longest, payloadLength);
        }
        return stream.find(position, packet.byteArray(), PacketHeader.LENGTH, payloadLength);
    }
}
