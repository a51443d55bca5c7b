package io.parcelnode.sim;

import io.parcelnode.udt.wire.AckBody;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.FeedbackBody;
import io.parcelnode.udt.wire.PacketHeader;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Engines that are broken on purpose: a check that lets one of them pass checks nothing. */
enum Mutant {
    NONE {
        @Override
        EndTap tap() {
            return EndTap.NONE;
        }
    },

    /** No packet is ever sent twice. */
    RETRANSMISSION_OFF {
        @Override
        EndTap tap() {
            Set<Integer> sent = new HashSet<>();
            return new EndTap() {
                @Override
                public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
                    boolean isData = !PacketHeader.isControl(packet, 0);
                    return isData && !sent.add(DataHeader.sequence(packet, 0)) ? 0 : length;
                }
            };
        }
    },

    /** The sender takes the window to be whatever it likes: the peer's words about it are replaced on their way. */
    WINDOW_IGNORED {
        @Override
        EndTap tap() {
            return new EndTap() {
                @Override
                public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
                    int windowAt = PacketHeader.LENGTH + 12;
                    if (isAck(packet) && length >= PacketHeader.LENGTH + AckBody.FULL_LENGTH) {
                        packet.putInt(windowAt, 1 << 20, ByteOrder.BIG_ENDIAN);
                    } else if (Packets.isFeedback(packet)) {
                        FeedbackBody.limits(packet, PacketHeader.LENGTH, 1 << 20, 0, 0);
                    }
                    return length;
                }
            };
        }
    },

    /** The receiver compares sequence numbers as if they did not wrap: what is smaller looks old and is dropped. */
    WRAP_COMPARED_PLAINLY {
        @Override
        EndTap tap() {
            int[] highest = {-1};
            return new EndTap() {
                @Override
                public boolean onReceive(long nowNs, DirectBuffer packet, int length) {
                    if (PacketHeader.isControl(packet, 0)) {
                        return true;
                    }
                    int sequence = DataHeader.sequence(packet, 0);
                    highest[0] = Math.max(highest[0], sequence);
                    return sequence > highest[0] - (1 << 29);
                }
            };
        }
    },

    /** The sender wraps one number late, so that its 2^31st is 1 instead of 0. */
    WRAP_SKIPS_ZERO {
        @Override
        EndTap tap() {
            return new EndTap() {
                @Override
                public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
                    if (!PacketHeader.isControl(packet, 0) && DataHeader.sequence(packet, 0) < 1 << 29) {
                        packet.putInt(0, DataHeader.sequence(packet, 0) + 1, ByteOrder.BIG_ENDIAN);
                    }
                    return length;
                }
            };
        }
    };

    /** One end's fault; both ends of a mutant's connection have one. */
    abstract EndTap tap();

    private static boolean isAck(DirectBuffer packet) {
        return PacketHeader.isControl(packet, 0) && ControlHeader.type(packet, 0) == ControlHeader.ACK;
    }
}
