package io.parcelnode.perf.chaos;

import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.serve.ParcelServer;
import io.parcelnode.node.serve.ServerEvents;
import io.parcelnode.node.source.EndpointOptions;
import io.parcelnode.node.source.RestSource;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import io.parcelnode.sim.relay.PortRelay;
import io.parcelnode.sim.relay.RelayConditions;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;

/** A server behind an emulated path. It can vanish: what it sends when it is closed does not get through. */
final class ChaosServer implements Closeable {
    private static final RelayConditions PATH = RelayConditions.NONE
            .withOneWayDelay(Duration.ofMillis(5))
            .withRateBitsPerSecond(200e6)
            .withQueueBytes(1 << 20);
    private static final int DATAGRAM_BYTES = 1_400;
    private static final long RANGE_BYTES = 1 << 20;
    private static final long READ_AHEAD_BYTES = 64 << 20;
    private static final int CONNECTIONS = 4;
    private static final int BIND_ATTEMPTS = 6_000;
    private static final long BIND_PAUSE_MS = 10;

    private final ServerIdentity identity = ServerIdentity.selfSigned(new SecureRandom());
    private final List<ServerEvents> listeners;
    private final RestSource source;
    private final PortRelay relay;
    private ParcelServer server;
    private RelayConditions conditions = PATH;

    /** @param listeners are told what the server does */
    ChaosServer(String url, long seed, List<ServerEvents> listeners) throws IOException, InterruptedException {
        this.listeners = listeners;
        source = new RestSource(new EndpointOptions(
                HttpUrl.get(url),
                ChaosEndpoint.TOKEN_HEADER,
                CONNECTIONS,
                RANGE_BYTES,
                READ_AHEAD_BYTES,
                (Path) null,
                false));
        start(0);
        relay = PortRelay.start(server.localAddress(), conditions, (long) PATH.rateBitsPerSecond(), seed);
    }

    /** Those that lead a client here. */
    List<String> arguments() {
        return List.of(
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(relay.port()),
                "--server-fingerprint",
                identity.fingerprint());
    }

    /** About so many bytes have crossed the path. */
    long bytes() {
        return relay.udp().forwardedDatagrams() * DATAGRAM_BYTES + relay.tcp().bytes();
    }

    void loss(double share) {
        conditions = PATH.withLossShare(share);
        relay.udp().conditions(conditions);
    }

    void blackout(boolean on) {
        relay.udp().conditions(conditions.withBlackout(on));
        relay.tcp().hold(on);
    }

    void vanishAndComeBack() throws IOException, InterruptedException {
        int port = server.localAddress().getPort();
        blackout(true);
        server.close();
        start(port);
        blackout(false);
    }

    @Override
    public void close() throws IOException {
        relay.close();
        server.close();
        source.close();
    }

    private void start(int port) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                server = ParcelServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        new TransportOptions().forServer(),
                        MemoryPlan.ofThisJvm(),
                        identity,
                        source,
                        ServerOptions.DEFAULT,
                        listeners);
                return;
            } catch (BindException e) {
                if (attempt == BIND_ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(BIND_PAUSE_MS); // The old one lets go of the port in a moment.
            }
        }
    }
}
