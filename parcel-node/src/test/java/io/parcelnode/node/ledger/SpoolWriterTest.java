package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpoolWriterTest {
    @TempDir
    Path folder;

    @Test
    void whatBeginsAndEndsAtOnceIsWrittenOnce() throws Exception {
        Spool spool = new Spool(SpoolFolder.open(folder, UUID.randomUUID(), 0), 1 << 20, path -> {});
        LedgerState state = new LedgerState(spool);
        EntryQueue queue = new EntryQueue(1 << 20);
        List<Entry> told = List.of(
                Entries.run(null),
                Entries.session(null),
                Entries.begun(1),
                Entries.begun(2),
                Entries.ended(1),
                Entries.session(Entries.NOON),
                Entries.ended(3),
                Entries.begun(4),
                new Entry.LostRun(Entries.RUN));
        for (Entry entry : told) {
            state.onAccepted(1);
            assertTrue(queue.offer(new EntryQueue.Pending(entry, null)));
        }
        SpoolWriter writer = new SpoolWriter(queue, spool, state);
        writer.stop();
        writer.run();

        List<Entry> written = new ArrayList<>();
        for (byte[] json : spool.read(100, 0)) {
            written.add(EntryCodec.decode(json));
        }
        assertEquals(
                List.of(
                        Entries.run(null),
                        Entries.begun(2),
                        Entries.ended(1),
                        Entries.session(Entries.NOON),
                        Entries.ended(3),
                        Entries.begun(4),
                        new Entry.LostRun(Entries.RUN)),
                written);
        assertEquals(7, state.waitingRecords());
        assertEquals(2, state.replacedRecords());
        spool.close();
    }
}
