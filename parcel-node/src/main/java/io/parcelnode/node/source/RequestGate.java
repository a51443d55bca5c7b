package io.parcelnode.node.source;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what the endpoint is asked at once: so many requests for one client, so many in all. A request that waits has
 * no thread. While the endpoint wants to be left alone, no request begins. A free place goes to the client that holds
 * the fewest, and there to what has waited longest. Thread-safe.
 */
final class RequestGate {
    private static final long AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Executor threads;
    private final EndpointPause pause;
    private final Timer timer;
    // Guarded by this.
    private int clientMax;
    private int totalMax;
    private final Map<String, Client> clients = new LinkedHashMap<>();
    private int running;
    private boolean timerSet;

    /** Runs a task later. */
    interface Timer {
        void runIn(long delayNs, Runnable task);
    }

    private static final class Client {
        private final String name;
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private int running;

        Client(String name) {
            this.name = name;
        }
    }

    /** What has its place. */
    private record Turn(Client client, Runnable task) {}

    RequestGate(Executor threads, EndpointPause pause, Timer timer, EndpointLimits limits) {
        this.threads = threads;
        this.pause = pause;
        this.timer = timer;
        clientMax = limits.requestsPerClient();
        totalMax = limits.requests();
    }

    /** From now on; what is above them may end. */
    void limits(EndpointLimits now) {
        synchronized (this) {
            clientMax = now.requestsPerClient();
            totalMax = now.requests();
        }
        goOn();
    }

    /** Runs the task, which asks the endpoint and holds its place until it returns, on a thread of its own. */
    void submit(String clientName, Runnable task) {
        Turn turn;
        synchronized (this) {
            // Bounded by what sessions may have open.
            clients.computeIfAbsent(clientName, Client::new).waiting.add(task);
            turn = nextLocked();
        }
        if (turn != null) {
            start(turn);
        }
    }

    private void start(Turn turn) {
        try {
            threads.execute(() -> runAll(turn));
        } catch (RuntimeException | Error e) {
            // No thread is to be had: nothing is forgotten, somebody waits for each.
            putBack(turn);
        }
    }

    private synchronized void putBack(Turn turn) {
        turn.client.running--;
        running--;
        clients.putIfAbsent(turn.client.name, turn.client);
        turn.client.waiting.addFirst(turn.task);
        setTimer(AGAIN_NS);
    }

    /** One thread for as long as there is something: the next task need not wait for another. */
    private void runAll(Turn first) {
        Turn turn = first;
        while (turn != null) {
            try {
                turn.task.run();
            } catch (RuntimeException | Error e) {
                Turn left = next(turn.client);
                if (left != null) {
                    start(left); // This thread is lost; another one goes on.
                }
                throw e;
            }
            turn = next(turn.client);
        }
    }

    private synchronized Turn next(Client done) {
        done.running--;
        running--;
        if (done.running == 0 && done.waiting.isEmpty()) {
            clients.remove(done.name, done);
        }
        return nextLocked();
    }

    /** The endpoint may be asked again, or a thread may be had. */
    private void goOn() {
        synchronized (this) {
            timerSet = false;
        }
        while (true) {
            Turn turn;
            synchronized (this) {
                turn = timerSet ? null : nextLocked(); // Set again: there is a reason to wait.
            }
            if (turn == null) {
                return;
            }
            start(turn);
        }
    }

    private boolean isPausedLocked() {
        long leftNs = pause.leftNs();
        // In a long pause everybody comes to hear that it is one.
        boolean paused = leftNs > 0 && leftNs <= EndpointPause.PATIENCE_NS;
        if (paused) {
            setTimer(leftNs);
        }
        return paused;
    }

    private void setTimer(long delayNs) {
        if (!timerSet) {
            timerSet = true;
            timer.runIn(delayNs, this::goOn);
        }
    }

    private Turn nextLocked() {
        Client fewest = null;
        if (running < totalMax && !isPausedLocked()) {
            for (Client client : clients.values()) {
                if (!client.waiting.isEmpty()
                        && client.running < clientMax
                        && (fewest == null || client.running < fewest.running)) {
                    fewest = client;
                }
            }
        }
        if (fewest == null) {
            return null;
        }
        fewest.running++;
        running++;
        return new Turn(fewest, fewest.waiting.poll());
    }
}
