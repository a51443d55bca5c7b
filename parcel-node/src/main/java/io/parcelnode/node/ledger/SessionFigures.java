package io.parcelnode.node.ledger;

import io.parcelnode.node.path.Transport;
import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.udt.UdtStats;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Puts the figures of connections into entries. A connection is asked once a second at most: it is the thread that
 * serves the port which answers. Owned by the spool's thread.
 */
final class SessionFigures {
    private static final long FRESH_NS = 1_000_000_000;
    private static final int SESSIONS_MAX = 4_096;

    private final Map<UUID, Asked> asked = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Asked> eldest) {
            return size() > SESSIONS_MAX;
        }
    };

    private record Asked(long atNs, PathFigures figures) {}

    Entry complete(EntryQueue.Pending pending, long nowNs) {
        LiveSession session = pending.session();
        if (session == null) {
            return pending.entry();
        }
        if (pending.entry() instanceof Entry.Session ended) {
            // The last figures are the ones that count.
            asked.remove(session.id());
            return ended.withPath(ask(session));
        }
        if (pending.entry() instanceof Entry.Transfer transfer) {
            Asked last = asked.get(session.id());
            if (last == null || nowNs - last.atNs > FRESH_NS) {
                last = new Asked(nowNs, ask(session));
                asked.put(session.id(), last);
            }
            return with(transfer, last.figures);
        }
        return pending.entry();
    }

    private static PathFigures ask(LiveSession session) {
        if (session.carrier() == Transport.TCP) {
            return null; // Which keeps its round trips and losses to itself.
        }
        UdtStats stats = session.transport();
        return stats == null ? null : PathFigures.of(stats);
    }

    private static Entry with(Entry.Transfer transfer, PathFigures figures) {
        return figures == null
                ? transfer
                : new Entry.Transfer(
                        transfer.runId(),
                        transfer.tokenHash(),
                        transfer.row().withPath(figures.rttMicros(), figures.loss()));
    }
}
