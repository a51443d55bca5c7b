package io.parcelnode.node.get;

import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.proto.ServerTimes;
import java.time.Duration;

/** Gathers over all connections of a run what its {@link Bottleneck} is told from. Used by the thread that runs it. */
final class TransferMeter {
    /** What is shorter than this has waited for a class to be loaded, a handshake, an answer: it says nothing. */
    private static final long LEAST_NS = 1_000_000_000;

    private final FileTimes files = new FileTimes();
    private long startNs;
    private Duration startCpu = Duration.ZERO;
    private ServerTimes server;
    private long loopNs;
    private long loopBusyNs;

    FileTimes files() {
        return files;
    }

    /** The first connection is there. */
    void start(long nowNs) {
        startNs = nowNs;
        startCpu = cpu();
    }

    /** It has ended, whichever way. */
    void onConnectionEnded(Connection connection, long nowNs) {
        ServerTimes times = connection.session().serverTimes();
        if (times != null) {
            server = server == null ? times : server.plus(times);
        }
        long aliveNs = nowNs - Math.max(startNs, connection.startNs());
        loopNs += aliveNs;
        loopBusyNs += Math.max(0, aliveNs - connection.channel().loopIdle().toNanos());
    }

    /** There was no connection for so long. */
    void onDisconnected(long ns) {
        files.add(ns, ns, 0, 1);
    }

    /** Null if too little was transferred to say. */
    Bottleneck bottleneck(long nowNs) {
        long wallNs = nowNs - startNs;
        if (startNs == 0 || wallNs < LEAST_NS) {
            return null;
        }
        double processors = (double) cpu().minus(startCpu).toNanos()
                / wallNs
                / Runtime.getRuntime().availableProcessors();
        double loop = loopNs == 0 ? 0 : (double) loopBusyNs / loopNs;
        return Bottleneck.of(files, wallNs, server, processors, loop);
    }

    /** Of this process; the system's management beans tell it as well, but take their time to start. */
    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
