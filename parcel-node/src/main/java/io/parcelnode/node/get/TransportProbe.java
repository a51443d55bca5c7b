package io.parcelnode.node.get;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.node.get.TransportTrial.Move;
import io.parcelnode.node.path.PathChannel;
import io.parcelnode.node.path.Transport;
import io.parcelnode.proto.ServerLeavingException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out a {@link TransportTrial}: takes a run from one connection to the next when it says so. Thread-safe. */
final class TransportProbe {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    /** Some networks let the first packets of a connection pass and no others. */
    private static final int FRUITLESS_MAX = 3;

    /** Why a session ends that is in the best of health. */
    static final class MovedException extends IOException {
        private static final long serialVersionUID = 1;

        MovedException(Transport to) {
            super("the download goes on over " + to.protocol());
        }
    }

    private final ServerLink link;
    private final WorkList work;
    private final Reporter reporter;
    private final BooleanSupplier waiting;
    private final TransportTrial trial = new TransportTrial();
    // Guarded by this.
    private SessionWorkers workers;
    private Connection connection;
    private boolean moving;
    private String told;
    private long bytesBefore;
    private int fruitless;

    /** @param waiting whether the run waits for something that no path can change */
    TransportProbe(ServerLink link, WorkList work, Reporter reporter, BooleanSupplier waiting) {
        this.link = link;
        this.work = work;
        this.reporter = reporter;
        this.waiting = waiting;
    }

    synchronized void onConnected(SessionWorkers now, Connection over) {
        workers = now;
        connection = over;
        bytesBefore = work.fetchedBytes();
        trial.onConnected(System.nanoTime(), over.channel().transport(), bytesBefore);
        tell(link.paths().reason());
    }

    /** @param cause null if all is done */
    synchronized void onEnded(IOException cause) {
        workers = null;
        link.paths().dropPreparedUnless(cause instanceof MovedException);
        if (cause == null || cause instanceof MovedException || cause instanceof ServerLeavingException) {
            return;
        }
        trial.onBroken(System.nanoTime());
        fruitless = work.fetchedBytes() > bytesBefore ? 0 : fruitless + 1;
        if (fruitless == FRUITLESS_MAX && link.paths().isChoosing()) {
            Transport used = connection.channel().transport();
            link.paths().prefer(used.other(), fruitless + " connections over " + used.protocol() + " brought nothing");
            fruitless = 0;
        }
    }

    /** Once each, and nothing of a UDP that works as it should. */
    private void tell(String why) {
        if (why != null && !why.equals(told)) {
            told = why;
            reporter.moved(connection.channel().transport(), why);
        }
    }

    /** Called a few times a second. */
    void tick() {
        Connection over;
        synchronized (this) {
            if (workers == null || moving || !link.paths().isChoosing()) {
                return;
            }
            over = connection;
        }
        long rttNs = over.roundTripNs(); // Asks the thread of the connection, so not with the lock.
        synchronized (this) {
            if (workers == null || over != connection) {
                return;
            }
            boolean held = waiting.getAsBoolean() || link.limit().bitsPerSecond() > 0;
            Move move = trial.on(System.nanoTime(), work.fetchedBytes(), work.leftBytes(), rttNs, held);
            if (move == Move.SWITCH) {
                moving = true;
                move(workers, connection, connection.channel().transport().other());
            } else {
                tell(trial.takeVerdict());
            }
        }
    }

    private void move(SessionWorkers from, Connection over, Transport to) {
        Thread thread = new Thread(() -> connectAndMove(from, over, to), "move-to-" + to.word());
        thread.setDaemon(true);
        thread.start();
    }

    /** The present connection goes on bringing files until the other one is there. */
    private void connectAndMove(SessionWorkers from, Connection over, Transport to) {
        try {
            PathChannel beside = link.openBeside(over, to, CONNECT_MAX);
            synchronized (this) {
                moving = false;
                if (workers != from) {
                    beside.abort(); // It has ended meanwhile.
                    return;
                }
                link.paths().goOnWith(beside, trial.words());
            }
            from.moveOn(new MovedException(to));
        } catch (IOException | RuntimeException e) {
            LOG.debug("Cannot try {}: {}", to.protocol(), Messages.of(e), e);
            synchronized (this) {
                moving = false;
                trial.onUnreachable(System.nanoTime());
            }
        }
    }
}
