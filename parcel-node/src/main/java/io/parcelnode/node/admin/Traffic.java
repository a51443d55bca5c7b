package io.parcelnode.node.admin;

import io.parcelnode.proto.ServerTimes;
import io.parcelnode.udt.UdtStats;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all sessions together have moved since the server began, those that are over included. Each session's meter adds
 * what is new once a second. Any thread may read.
 */
final class Traffic {
    final LongAdder fileBytes = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder bytesAcknowledged = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder packetsSent = new LongAdder();
    final LongAdder packetsSentAgain = new LongAdder();
    final LongAdder packetsReceived = new LongAdder();
    final LongAdder packetsMissed = new LongAdder();
    final LongAdder datagramsDropped = new LongAdder();
    final LongAdder sealingNs = new LongAdder();
    final LongAdder sendingUs = new LongAdder();
    final LongAdder workingUs = new LongAdder();
    final LongAdder sourceUs = new LongAdder();
    final LongAdder creditUs = new LongAdder();

    void onFileBytes(long more) {
        fileBytes.add(more);
    }

    /** @param before null for a connection that was not looked at before */
    void onTransport(UdtStats before, UdtStats now) {
        bytesSent.add(now.bytesSent() - (before == null ? 0 : before.bytesSent()));
        bytesAcknowledged.add(now.bytesAcknowledged() - (before == null ? 0 : before.bytesAcknowledged()));
        bytesReceived.add(now.bytesReceived() - (before == null ? 0 : before.bytesReceived()));
        packetsSent.add(now.packetsSent() - (before == null ? 0 : before.packetsSent()));
        packetsSentAgain.add(now.packetsRetransmitted() - (before == null ? 0 : before.packetsRetransmitted()));
        packetsReceived.add(now.packetsReceived() - (before == null ? 0 : before.packetsReceived()));
        packetsMissed.add(now.packetsLostByUs() - (before == null ? 0 : before.packetsLostByUs()));
        datagramsDropped.add(now.datagramsDropped() - (before == null ? 0 : before.datagramsDropped()));
    }

    void onTimes(ServerTimes before, ServerTimes now) {
        sendingUs.add(now.sendingUs() - before.sendingUs());
        workingUs.add(now.workingUs() - before.workingUs());
        sourceUs.add(now.sourceUs() - before.sourceUs());
        creditUs.add(now.creditUs() - before.creditUs());
    }
}
