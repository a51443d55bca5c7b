package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.serve.ServerEvents;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records every session and every request of a server.
 *
 * <p>An entry goes from the server's threads into a queue in memory ({@link Recorder}, {@link EntryQueue}), from there to
 * the disk ({@link SpoolWriter}, {@link Spool}), and from there to the database ({@link DatabaseWriter}). None of the
 * three waits for the next one. What is on the disk is not lost, whatever happens to this process or to the database.
 */
public final class Ledger implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final long QUEUE_BYTES_MAX = 16 << 20;
    private static final long SETTLE_MS = 2_000;
    private static final long SESSIONS_END_MS = 1_000;
    private static final long SPOOL_END_MS = 2_000;
    private static final long DATABASE_END_MS = 1_500;

    private final UUID run = UUID.randomUUID();
    private final Settings settings;
    private final Instant startedAt;
    private final SpoolFolder folder;
    private final Spool spool;
    private final EntryQueue queue = new EntryQueue(QUEUE_BYTES_MAX);
    private final LedgerState state;
    private final Recorder recorder;
    private final SpoolWriter spoolWriter;
    private final Thread spoolThread;
    private final DatabaseWriter databaseWriter;
    private final Thread databaseThread;
    private final LedgerQuery query;
    private final QuerySocket socket;
    private boolean closed; // Guarded by this.

    /**
     * @param folder       the ledger's own, in the state folder
     * @param node         name of this server in records
     * @param whoami       whom to ask whose a token is, null for nobody
     * @param keep         how long records are kept, null for ever
     * @param spoolBytesMax what waiting records may take on the disk
     */
    record Settings(
            Path folder,
            Database database,
            String node,
            Identities identities,
            Whoami.Question whoami,
            String tokenKey,
            Duration keep,
            long spoolBytesMax,
            Clock clock) {}

    private Ledger(Settings settings) throws IOException {
        this.settings = settings;
        startedAt = now();
        folder = SpoolFolder.open(settings.folder, run, startedAt.toEpochMilli());
        spool = new Spool(folder, settings.spoolBytesMax, this::onDamage);
        state = new LedgerState(spool);
        recorder = new Recorder(run, settings.node, settings.identities, settings.whoami, settings.clock, queue, state);
        spoolWriter = new SpoolWriter(queue, spool, state);
        spoolThread = daemon(spoolWriter, "ledger-spool");
        query = new SqlQuery(settings.database);
        socket = new QuerySocket(settings.folder, query, state, () -> settle(SETTLE_MS));
        databaseWriter = new DatabaseWriter(
                settings.database,
                settings.tokenKey,
                spool,
                state,
                new Retention(settings.keep, settings.clock),
                socket::open);
        databaseThread = daemon(databaseWriter, "ledger-database");
    }

    /**
     * Does not wait for the database.
     *
     * @throws IOException if the ledger's folder cannot be used
     */
    static Ledger open(Settings settings) throws IOException {
        PrivateFiles.createFolder(settings.folder);
        Ledger ledger = new Ledger(settings);
        ledger.begin();
        ledger.spoolThread.start();
        ledger.databaseThread.start();
        return ledger;
    }

    /** Tell it what happens. */
    public ServerEvents events() {
        return recorder;
    }

    public LedgerQuery query() {
        return query;
    }

    /** Name of this server in records. */
    public String node() {
        return settings.node;
    }

    /** Null if the database is this server's alone. */
    public SharedDatabase sharedDatabase() {
        return settings.database.isShared()
                ? new SharedDatabase(settings.database, run, settings.node, settings.identities)
                : null;
    }

    public LedgerHealth health() {
        return state;
    }

    /** What happened before is in the database then, unless that is away or takes longer. */
    void settle(long waitMs) {
        databaseWriter.settle(waitMs);
    }

    /** Records of beginnings that went to the disk with those of their ends. */
    long replacedRecords() {
        return state.replacedRecords();
    }

    /** Records that no crash of this process can lose any more, and that the database does not have. */
    long recordsOnDisk() {
        return spool.unreadEntries();
    }

    /** What the database does not take in a moment stays on the disk for the next start. */
    @Override
    public synchronized void close() { // Whoever comes second waits: the process may end when this returns.
        if (closed) {
            return;
        }
        closed = true;
        awaitSessions();
        recorder.close();
        offer(runEntry(now()));
        spoolWriter.stop();
        join(spoolThread, SPOOL_END_MS);
        databaseWriter.stop();
        join(databaseThread, DATABASE_END_MS);
        socket.close();
        if (databaseThread.isAlive() || spoolThread.isAlive()) {
            LOG.warn("{} records of the ledger wait for the next start", state.waitingRecords());
            return; // They have the files open, and stop with the process.
        }
        try {
            long waiting = state.waitingRecords();
            spool.close();
            if (waiting > 0) {
                LOG.warn("{} records of the ledger wait for the next start", waiting);
            }
        } catch (IOException e) {
            LOG.warn("Cannot close the ledger's files: {}", Messages.of(e), e);
        }
    }

    /** Before anything else can happen: that this server lives, and which ones have died. */
    private void begin() {
        List<byte[]> first = new ArrayList<>();
        folder.runsLost().forEach(lost -> first.add(EntryCodec.encode(new Entry.LostRun(lost))));
        first.add(EntryCodec.encode(runEntry(null)));
        long left = spool.unreadEntries();
        state.onAccepted(left);
        try {
            spool.append(first);
            state.onAccepted(first.size());
            spool.force();
            folder.forgetRunsLost();
            if (left > 0) {
                LOG.info("{} records of the ledger are left from before", left);
            }
        } catch (IOException e) {
            // The folders stay, and so the next server will tell of their deaths.
            offer(runEntry(null));
        }
    }

    private void offer(Entry entry) {
        state.onAccepted(1);
        if (!queue.offer(new EntryQueue.Pending(entry, null))) {
            state.onLost(1);
        }
    }

    private Entry.Run runEntry(Instant end) {
        String version = Ledger.class.getPackage().getImplementationVersion();
        return new Entry.Run(run, settings.node, version, settings.tokenKey, startedAt, end);
    }

    private void awaitSessions() {
        long deadlineNs = System.nanoTime() + SESSIONS_END_MS * 1_000_000;
        try {
            while (recorder.openSessions() > 0 && System.nanoTime() < deadlineNs) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void onDamage(Path segment) {
        state.onRefused(1);
        LOG.error("A record of the ledger in {} is damaged and lost", segment);
    }

    private Instant now() {
        return settings.clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void join(Thread thread, long ms) {
        try {
            thread.join(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
