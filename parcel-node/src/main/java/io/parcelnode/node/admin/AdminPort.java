package io.parcelnode.node.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.parcelnode.node.admin.HealthCheck.State;
import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.ledger.Ledger;
import io.parcelnode.node.ledger.LedgerHealth;
import io.parcelnode.node.serve.ParcelServer;
import io.parcelnode.node.serve.ServerEvents;
import io.parcelnode.node.source.SourceProbe;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port for whoever runs the server. Taken first, so that a wrong flag or a port in use is known before any
 * client is served; it answers once {@link #start} has told it of the server.
 */
public final class AdminPort implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    private static final int WAITING_MAX = 50;
    private static final int RECENT_MAX = 2_000;
    private static final Duration PROBE_FRESHNESS = Duration.ofSeconds(5);
    /** Of what this process knows without asking anybody. */
    private static final Duration FURTHER_FRESHNESS = Duration.ofSeconds(1);

    private final HttpServer http;
    private final boolean loopbackOnly;
    private final AdminGate gate;
    private final Clock clock = Clock.systemUTC();
    private final Traffic traffic = new Traffic();
    private final RecentFiles recent = new RecentFiles(RECENT_MAX);
    private final LiveState live = new LiveState(recent, traffic, clock, System::nanoTime);
    private final Metrics metrics;
    private final Sampler sampler;
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final ExecutorService threads;
    private final List<FurtherCheck> furtherChecks = new ArrayList<>();
    private Callable<List<RecentFile>> recall = List::of;
    private Health health;

    private record FurtherCheck(String name, State whenBad, Callable<String> look) {}

    private AdminPort(HttpServer http, AdminToken token, EndpointFigures endpoint) {
        this.http = http;
        metrics = new Metrics(traffic, endpoint);
        loopbackOnly = http != null && http.getAddress().getAddress().isLoopbackAddress();
        gate = new AdminGate(routes, token, loopbackOnly, metrics::onAdminDenied);
        sampler = new Sampler(live, traffic, clock, System::nanoTime, metrics::onRtt);
        AtomicInteger threadNumber = new AtomicInteger();
        // The JDK's server reads a request on the thread that answers it, so a slow one holds a thread. With more of
        // them
        // than there may be connections, it holds up nobody else.
        threads = new ThreadPoolExecutor(
                0, 2 * HttpLimits.CONNECTIONS_MAX, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "admin-" + threadNumber.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** No port, and nobody who listens to the server. */
    static AdminPort none() {
        return new AdminPort(null, null, new EndpointFigures());
    }

    /**
     * @param token demanded of everybody, null for none
     * @param endpoint what the server's source has told, and will tell
     * @throws java.net.BindException if the address is in use or not ours
     */
    static AdminPort bind(InetSocketAddress address, AdminToken token, EndpointFigures endpoint) throws IOException {
        HttpLimits.apply();
        return new AdminPort(HttpServer.create(address, WAITING_MAX), token, endpoint);
    }

    /** Who has to hear what happens in the server. */
    public List<ServerEvents> listeners() {
        return http == null ? List.of() : List.of(live, metrics);
    }

    /** Null without a port. */
    public InetSocketAddress address() {
        return http == null ? null : http.getAddress();
    }

    /**
     * A further thing to look at, before {@link #start}.
     *
     * @param isVital whether the server should get no clients while the look fails; else it counts as degraded
     * @param look says in words what it found, or throws what is wrong
     */
    public void check(String name, boolean isVital, Callable<String> look) {
        furtherChecks.add(new FurtherCheck(name, isVital ? State.FAILED : State.DEGRADED, look));
    }

    /**
     * Looks after the ledger, too, and shows what became of files before this server started. Before {@link #start}.
     */
    public void watch(Ledger ledger) {
        watch(ledger.health(), () -> LedgerRecall.files(ledger.query(), ledger.node(), clock.instant(), RECENT_MAX));
    }

    /** @param earlier what became of files before, the latest first */
    void watch(LedgerHealth ledger, Callable<List<RecentFile>> earlier) {
        check("ledger", false, () -> {
            if (ledger.trouble() != null) {
                throw new IOException(ledger.trouble());
            }
            return ledger.waitingRecords() + " records wait for the database";
        });
        metrics.ledger(ledger);
        recall = earlier;
    }

    private void recall() {
        try {
            recent.recall(recall.call());
        } catch (Exception e) {
            LOG.debug("The page shows no files from before: {}", Messages.of(e), e);
        }
    }

    /**
     * Something that a program may have done, by a {@code POST}; web pages may not. Before {@link #start}.
     *
     * @param action says in words what it did; what it throws as {@link IllegalArgumentException} is the caller's fault
     */
    public void command(String path, Callable<String> action) {
        routes.put(path, new Route(Route.POST, query -> Answer.text(200, action.call())));
    }

    /** A further figure for {@code /metrics}, before {@link #start}. */
    public void gauge(String name, String help, DoubleSupplier value) {
        metrics.gauge(name, help, value);
    }

    /** Demanded from now on; null for none, which a port that others can reach does not take. */
    public void token(AdminToken now) {
        if (now != null || loopbackOnly) {
            gate.token(now);
        }
    }

    /** @param good whether the settings that were read again are in force */
    public void onReload(boolean good) {
        metrics.onReload(good);
    }

    /** From now on requests are answered. */
    public void start(ParcelServer server, MemoryPlan memory, SourceProbe source) throws IOException {
        if (http == null) {
            return;
        }
        check("stopping", true, () -> {
            if (server.isDraining()) {
                throw new IOException("the server has been told to stop");
            }
            return "takes clients";
        });
        watch(server, memory, source);
        routes.putAll(Assets.routes());
        routes.put("/healthz", Route.get(query -> {
            ObjectNode json = health.live();
            return answer(Health.isLive(json), json);
        }));
        routes.put("/readyz", Route.get(query -> {
            ObjectNode json = health.ready();
            return answer(Health.isReady(json), json);
        }));
        routes.put("/metrics", Route.get(query -> metrics.answer()));
        PageData page = new PageData(sampler, recent, health::peek, json -> write(json, server, memory));
        routes.put("/api/live", Route.get(page::live));
        routes.put("/api/moments", Route.get(page::moments));
        routes.put("/api/history", Route.get(page::history));
        http.createContext("/", gate);
        http.setExecutor(threads);
        http.start();
        sampler.start();
        threads.execute(this::recall);
        LOG.info("Admin page at http://{}/", Addresses.text(http.getAddress()));
    }

    @Override
    public void close() {
        if (http != null) {
            http.stop(0);
        }
        sampler.close();
        threads.shutdownNow();
        if (health != null) {
            health.close();
        }
    }

    private void watch(ParcelServer server, MemoryPlan memory, SourceProbe source) {
        health = new Health(server.port()::loopTurn);
        health.add("udp", State.FAILED, PROBE_FRESHNESS, new UdpSelfTest(server.localAddress(), server::admits));
        health.add(source.kind(), State.FAILED, PROBE_FRESHNESS, source::probe);
        for (FurtherCheck check : furtherChecks) {
            health.add(check.name(), check.whenBad(), FURTHER_FRESHNESS, check.look()::call);
        }
        metrics.admissions(server.admissions());
        long startNs = System.nanoTime();
        metrics.loopBusy(
                "udt-" + server.localAddress().getPort(),
                () -> Math.max(
                                0,
                                System.nanoTime()
                                        - startNs
                                        - server.port().loopIdle().toNanos())
                        / 1e9);
        metrics.gauge("parcel_transfers_open", "Requests being served or waiting for credit.", live::transfersOpen);
        metrics.buffers(
                new Metrics.BufferUse("connections", () -> server.port().bufferedBytes(), memory.connectionsBytes()),
                new Metrics.BufferUse("frames", server::framesBytes, memory.framesBytes()));
    }

    private void write(ObjectNode json, ParcelServer server, MemoryPlan memory) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        json.put("version", Metrics.version());
        json.put("address", Addresses.text(server.localAddress()));
        json.put("started", ManagementFactory.getRuntimeMXBean().getStartTime());
        json.put("delivered", traffic.bytesAcknowledged.sum());
        json.put("refused", metrics.refused());
        json.put("loop_idle_ns", server.port().loopIdle().toNanos());
        json.put("sealing_ns", traffic.sealingNs.sum());
        json.put("at_ns", System.nanoTime());
        json.put("buffer", server.port().bufferedBytes() + server.framesBytes());
        json.put("buffer_max", memory.connectionsBytes() + memory.framesBytes());
        json.put("heap", heap.getUsed());
        json.put("heap_max", heap.getMax());
    }

    private static Answer answer(boolean good, ObjectNode json) throws IOException {
        return Answer.json(good ? 200 : 503, new ObjectMapper().writeValueAsBytes(json));
    }
}
