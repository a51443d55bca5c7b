package io.parcelnode.perf.wan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The kernel's TCP under {@code iperf3}, memory to memory, with one of the kernel's congestion controls. */
final class IperfPeer implements WanPeer {
    private static final String PROGRAM = "iperf3";
    private static final Path AVAILABLE = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
    private static final String BUFFERS = "4096 131072 134217728";

    /**
     * iperf3 ends a transfer of a given size when it has handed over the last byte. What then still waits in its socket is
     * neither delivered nor counted, so not all of its buffer may fill. Much less than this, and the sender would send in
     * bursts that overflow the queue of a long path (measured with BBR at 128 KiB).
     */
    private static final String UNSENT_MAX = "4194304";

    private static final long LAST_WORDS_MS = 5_000;

    private final String congestion;

    IperfPeer(String congestion) {
        this.congestion = congestion;
    }

    @Override
    public String settings(WanCell cell) {
        return "-C " + congestion + ", tcp_rmem and tcp_wmem " + BUFFERS + ", tcp_notsent_lowat " + UNSENT_MAX
                + ", Linux " + System.getProperty("os.version")
                + ", " + Programs.version(PROGRAM, "--version");
    }

    /** Headers of IP and TCP, with timestamps. */
    @Override
    public int payloadBytes() {
        return WanCell.MTU_BYTES - 52;
    }

    @Override
    public WanTransfer begin(TransferContext context) throws IOException, PeerFailedException, InterruptedException {
        Programs.require(PROGRAM, PROGRAM);
        if (!isAvailable()) {
            Programs.version("modprobe", "tcp_" + congestion);
            if (!isAvailable()) {
                throw new PeerFailedException("the kernel has no TCP " + congestion + "; it offers "
                        + Files.readString(AVAILABLE).strip());
            }
        }
        for (List<String> end : List.of(context.link().left(), context.link().right())) {
            context.link()
                    .run(
                            end,
                            "sh",
                            "-c",
                            "cd /proc/sys/net/ipv4 && echo " + BUFFERS + " >tcp_rmem && echo " + BUFFERS
                                    + " >tcp_wmem && echo " + UNSENT_MAX + " >tcp_notsent_lowat");
        }
        return new Transfer(context);
    }

    private boolean isAvailable() throws IOException {
        return List.of(Files.readString(AVAILABLE).strip().split("\\s+")).contains(congestion);
    }

    private final class Transfer implements WanTransfer {
        private final TransferContext context;

        private EndProcess server;
        private EndProcess client;

        Transfer(TransferContext context) {
            this.context = context;
        }

        @Override
        public EndProcess startServer() throws IOException, PeerFailedException, InterruptedException {
            List<String> command = List.of(PROGRAM, "-s", "-1", "-J", "-p", Integer.toString(PORT));
            server = EndProcess.start("iperf3-server", context.link().right(), command, context.scratch(), line -> {});
            Programs.awaitListening(context.link(), context.link().right(), "tcp", PORT, server);
            return server;
        }

        @Override
        public EndProcess startClient() throws IOException {
            List<String> command = List.of(
                    PROGRAM,
                    "-c",
                    context.link().rightAddress(),
                    "-p",
                    Integer.toString(PORT),
                    "-C",
                    congestion,
                    "-n",
                    Long.toString(context.bytes()),
                    "-J");
            client = EndProcess.start("iperf3-client", context.link().left(), command, context.scratch(), line -> {});
            return client;
        }

        @Override
        public boolean isDone() throws PeerFailedException {
            if (client.isEnded() && client.exitCode() != 0) {
                throw new PeerFailedException("iperf3: " + error(client));
            }
            return client.isEnded() && server.isEnded();
        }

        /** The server's account once it has ended; until then what came in at the interface, as data. */
        @Override
        public Delivery delivered() throws IOException, InterruptedException {
            if (server.isEnded()) {
                JsonNode received = received();
                if (received.path("bytes").asLong() > 0) {
                    boolean isWhole = client.exitCode() == 0;
                    return new Delivery(
                            received.path("bytes").asLong(),
                            isWhole ? Double.NaN : received.path("seconds").asDouble());
                }
            }
            return Delivery.of(context.link().receivedAtRightBytes() / WanCell.MTU_BYTES * payloadBytes());
        }

        @Override
        public double reportedMegabitsPerSecond() {
            double bits = received().path("bits_per_second").asDouble();
            return bits > 0 ? bits / 1e6 : Double.NaN;
        }

        private JsonNode received() {
            return report(server).path("end").path("sum_received");
        }

        /** The client tells the server before it ends, which then prints what it has got. */
        @Override
        public void stop() throws InterruptedException {
            client.stop();
            long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_WORDS_MS);
            while (!server.isEnded() && System.nanoTime() - deadlineNs < 0) {
                Thread.sleep(10);
            }
        }

        @Override
        public long endedNs() {
            return client.endedNs();
        }
    }

    private static String error(EndProcess end) {
        String error = report(end).path("error").asText();
        return error.isEmpty() ? end.failed().getMessage() : error;
    }

    private static JsonNode report(EndProcess end) {
        try {
            return new ObjectMapper().readTree(end.output());
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
