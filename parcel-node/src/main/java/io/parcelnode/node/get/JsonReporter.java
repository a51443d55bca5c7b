package io.parcelnode.node.get;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.node.path.Transport;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One JSON object a line. */
final class JsonReporter implements Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    private static final long PROGRESS_EVERY_NS = 1_000_000_000;

    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;
    private final Map<Download, RateMeter> rates = new HashMap<>();
    private long progressNs = System.nanoTime();
    private volatile Connection connection;

    /** @param out receives UTF-8, whatever the locale: so JSON wants it */
    JsonReporter(OutputStream out) {
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void connecting(ServerLink link) {
        LOG.info("Connecting to server at {}", link.server());
    }

    @Override
    public void connected(ServerLink link, Connection newConnection, int threadsGranted) {
        connection = newConnection;
        print(event("connected")
                .put("server", link.server())
                .put(
                        "address",
                        Addresses.text(newConnection.channel().remoteAddress().getAddress()))
                .put("threads", threadsGranted)
                .put("transport", newConnection.channel().transport().word())
                .put("mtu", link.mtuBytes())
                .put("rtt_ms", newConnection.stats().rttMicros() / 1e3));
    }

    @Override
    public void moved(Transport transport, String why) {
        print(event("transport").put("transport", transport.word()).put("reason", why));
    }

    @Override
    public void planning(int files) {
        LOG.debug("{} files are wanted", files);
    }

    @Override
    public void started(Download download) {
        print(event("file-started")
                .put("id", download.id())
                .put("path", download.path().toString())
                .put("bytes", download.sizeBytes())
                .put("here", download.receivedBytes()));
    }

    @Override
    public void resuming(Download download) {
        LOG.debug("{} goes on from {} bytes", download.path(), download.receivedBytes());
    }

    @Override
    public void planned(Download download) {
        print(event("file-planned")
                .put("id", download.id())
                .put("path", download.path().toString())
                .put("bytes", download.sizeBytes())
                .put("here", download.receivedBytes()));
    }

    @Override
    public synchronized void progress(Collection<Download> active, double seconds) {
        long nowNs = System.nanoTime();
        if (nowNs - progressNs < PROGRESS_EVERY_NS) {
            return;
        }
        progressNs = nowNs;
        Map<Download, RateMeter> before = Map.copyOf(rates);
        rates.clear();
        PathFigures path = connection == null ? null : PathFigures.of(connection);
        for (Download download : active) {
            if (download.path() == null) {
                continue; // Asked for ahead; nobody knows anything of it yet.
            }
            RateMeter rate = before.getOrDefault(download, new RateMeter());
            rate.on(nowNs, download.receivedBytes());
            rates.put(download, rate);
            long leftS = rate.secondsFor(download.sizeBytes() - download.receivedBytes());
            double elapsed = download.seconds(nowNs);
            print(event("progress")
                    .put("id", download.id())
                    .put("received", download.receivedBytes())
                    .put("bytes", download.sizeBytes())
                    .put("mbit_per_s", elapsed > 0 ? round(download.fetchedBytes() * 8 / 1e6 / elapsed) : 0)
                    .put("eta_s", leftS < 0 ? null : leftS)
                    .put("rtt_ms", path == null ? null : path.rttMs())
                    .put("loss", path == null ? null : path.lossShare()));
        }
    }

    @Override
    public void limited(long bitsPerSecond) {
        print(event("limited").put("bit_per_s", bitsPerSecond));
    }

    @Override
    public void done(Outcome outcome) {
        Download download = outcome.download();
        ObjectNode event = event("file-done")
                .put("id", download.id())
                .put("path", download.path() == null ? null : download.path().toString())
                .put("bytes", download.sizeBytes())
                .put("fetched", download.fetchedBytes())
                .put("seconds", round(outcome.seconds()))
                .put("mbit_per_s", round(outcome.mbitPerS()))
                .put("sha256", download.sha256Hex())
                .put("status", outcome.status())
                .put("reason", Redaction.of(outcome.reason()))
                .put("code", outcome.code().number());
        print(event);
    }

    @Override
    public void note(String text) {
        LOG.warn("{}", text);
    }

    @Override
    public void summary(RunSummary summary) {
        PathFigures path = summary.path();
        Bottleneck bottleneck = summary.bottleneck();
        ObjectNode event = event("summary")
                .put("files", summary.outcomes().size())
                .put("ok", summary.ok())
                .put("failed", summary.outcomes().size() - summary.ok())
                .put("bytes", summary.okBytes())
                .put("fetched", summary.fetchedBytes())
                .put("seconds", round(summary.seconds()))
                .put("rtt_ms", path == null ? null : path.rttMs())
                .put("loss", path == null ? null : path.lossShare())
                .put("bottleneck", bottleneck == null ? null : bottleneck.verdict());
        if (bottleneck != null) {
            event.putObject("shares")
                    .put("network", round(bottleneck.network()))
                    .put("endpoint", round(bottleneck.endpoint()))
                    .put("disk", round(bottleneck.disk()))
                    .put("cpu", round(bottleneck.cpu()))
                    .put("processors", round(bottleneck.processors()));
        }
        print(event);
    }

    @Override
    public void close() {
        out.flush();
    }

    private ObjectNode event(String name) {
        return mapper.createObjectNode().put("event", name);
    }

    private synchronized void print(ObjectNode event) {
        out.println(event);
    }

    private static double round(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
