package io.parcelnode.node.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.node.admin.HealthCheck.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** All that is looked at, and what follows from it: whether this server is alive, and whether it should get clients. */
final class Health implements AutoCloseable {
    /** A loop that has not come round for so long will not do so any more: starting the process again is all that helps. */
    private static final Duration LOOP_DEAD_AFTER = Duration.ofSeconds(15);

    private static final Duration LOOP_FRESHNESS = Duration.ofSeconds(1);

    private final List<HealthCheck> checks = new ArrayList<>();
    private final AtomicInteger threadNumber = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "admin-check-" + threadNumber.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });
    private final LoopWatch loop;

    /** @param loopTurn asks the loop to come round; done when it has */
    Health(Supplier<CompletableFuture<Void>> loopTurn) {
        loop = new LoopWatch(loopTurn, System::nanoTime);
        add("loop", State.FAILED, LOOP_FRESHNESS, loop);
    }

    /** Before anybody asks. */
    void add(String name, State whenBad, Duration freshness, HealthCheck.Probe probe) {
        checks.add(new HealthCheck(name, whenBad, freshness, probe, threads, System::nanoTime));
    }

    /** Whether the process does anything at all. Says yes without waiting. */
    ObjectNode live() {
        loop.touch();
        boolean alive = loop.silenceNs() < LOOP_DEAD_AFTER.toNanos();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("status", alive ? "live" : "dead");
        if (!alive) {
            json.put(
                    "detail",
                    "the thread that serves the UDP port has not come round for "
                            + TimeUnit.NANOSECONDS.toSeconds(loop.silenceNs()) + " s");
        }
        return json;
    }

    static boolean isLive(ObjectNode live) {
        return live.get("status").asText().equals("live");
    }

    /** Whether it should get clients, waiting for looks that are due. */
    ObjectNode ready() {
        checks.forEach(HealthCheck::peek); // All of them start to look at once.
        return json(HealthCheck::await);
    }

    static boolean isReady(ObjectNode ready) {
        return !ready.get("status").asText().equals("unready");
    }

    /** The same without waiting. */
    ObjectNode peek() {
        return json(HealthCheck::peek);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private ObjectNode json(Function<HealthCheck, HealthCheck.Result> how) {
        State worst = State.OK;
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("status", "");
        ArrayNode list = json.putArray("checks");
        for (HealthCheck check : checks) {
            HealthCheck.Result result = how.apply(check);
            worst = result.state().compareTo(worst) > 0 ? result.state() : worst;
            ObjectNode entry = list.addObject();
            entry.put("name", check.name());
            entry.put("state", result.state().name().toLowerCase(Locale.ROOT));
            entry.put("detail", result.detail());
            if (result.ageNs() < 0) {
                entry.putNull("age_s");
            } else {
                entry.put("age_s", result.ageNs() / 100_000_000 / 10.0);
            }
        }
        json.put(
                "status",
                switch (worst) {
                    case OK -> "ready";
                    case DEGRADED -> "degraded";
                    case FAILED -> "unready";
                });
        return json;
    }
}
