package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread between the server's threads and the disk: takes entries from memory, writes them some milliseconds later, so
 * that no crash of this process loses them, and forces them to the disk a few times a second, which is what a power cut
 * may cost. What has begun and ended within those milliseconds is written once.
 */
final class SpoolWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final long BATCH_BYTES = 1 << 20;
    private static final long GATHER_MS = 20;
    private static final long FORCE_EVERY_MS = 100;
    private static final long RETRY_MS = 250;

    private final EntryQueue queue;
    private final Spool spool;
    private final LedgerState state;
    private final SessionFigures figures = new SessionFigures();
    private volatile boolean stopping;

    SpoolWriter(EntryQueue queue, Spool spool, LedgerState state) {
        this.queue = queue;
        this.spool = spool;
        this.state = state;
    }

    /** No entries come any more; those that are there are written, and the thread ends. */
    void stop() {
        stopping = true;
        queue.close();
    }

    @Override
    public void run() {
        try {
            boolean dirty = false;
            long forcedNs = System.nanoTime();
            while (true) {
                boolean last = stopping;
                List<EntryQueue.Pending> batch =
                        queue.take(BATCH_BYTES, last ? 0 : FORCE_EVERY_MS, last ? 0 : GATHER_MS);
                if (!batch.isEmpty()) {
                    write(batch);
                    dirty = true;
                }
                boolean due = System.nanoTime() - forcedNs >= FORCE_EVERY_MS * 1_000_000 || last;
                if (dirty && due) {
                    dirty = !force();
                    forcedNs = System.nanoTime();
                }
                if (last && batch.isEmpty()) {
                    if (state.lostRecords() > 0) {
                        LOG.error("{} records of the ledger are lost", state.lostRecords());
                    }
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("The ledger is written no more: {}", Messages.of(e), e);
            state.spool("the ledger is written no more: " + Messages.of(e));
            throw e;
        }
    }

    /** Tries for as long as the server runs: the disk may have room again. Meanwhile entries gather in memory. */
    private void write(List<EntryQueue.Pending> batch) throws InterruptedException {
        long nowNs = System.nanoTime();
        List<byte[]> entries = new ArrayList<>();
        Set<UUID> over = idsOfEnded(batch);
        for (EntryQueue.Pending pending : batch) {
            if (pending.entry().over() || !over.contains(pending.entry().thing())) {
                entries.add(EntryCodec.encode(figures.complete(pending, nowNs)));
            }
        }
        state.onReplaced(batch.size() - entries.size());
        try {
            while (!append(entries)) {
                if (stopping) {
                    state.onLost(entries.size());
                    return;
                }
                Thread.sleep(RETRY_MS);
            }
        } finally {
            queue.release(batch);
        }
    }

    /** Their beginnings, if they are in the same batch, say nothing that their ends do not. */
    private static Set<UUID> idsOfEnded(List<EntryQueue.Pending> batch) {
        Set<UUID> ids = new HashSet<>();
        for (EntryQueue.Pending pending : batch) {
            if (pending.entry().over()) {
                ids.add(pending.entry().thing());
            }
        }
        return ids;
    }

    private boolean append(List<byte[]> entries) {
        try {
            spool.append(entries);
            if (state.spoolFailing()) {
                LOG.info("Records of the ledger are written to the disk again");
            }
            state.spool(null);
            return true;
        } catch (IOException e) {
            onTrouble(e);
            return false;
        }
    }

    private boolean force() {
        try {
            spool.force();
            return true;
        } catch (IOException e) {
            onTrouble(e);
            return false;
        }
    }

    private void onTrouble(IOException e) {
        if (!state.spoolFailing()) {
            LOG.error(
                    "Cannot write records of the ledger to the disk: {}; transfers go on, records wait in memory",
                    Messages.of(e),
                    e);
        }
        state.spool("records of the ledger cannot be written to the disk: " + Messages.of(e));
    }
}
