package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** SRT in file mode: {@code srt-file-transmit} of libsrt's tools, unencrypted. */
final class SrtPeer implements WanPeer {
    private static final String PROGRAM = "srt-file-transmit";

    @Override
    public String settings(WanCell cell) {
        UdtBuffers buffers = UdtBuffers.of(cell);
        return "transtype=file, fc=" + buffers.windowPackets() + ", sndbuf=rcvbuf=" + buffers.bytes() + ", "
                + Programs.version(PROGRAM, "-version");
    }

    @Override
    public int payloadBytes() {
        return WanCell.PAYLOAD_BYTES;
    }

    @Override
    public WanTransfer begin(TransferContext context) throws PeerFailedException {
        Programs.require(PROGRAM, "srt-tools");
        return new Transfer(context);
    }

    private static final class Transfer implements WanTransfer {
        private final TransferContext context;
        private final Path received;
        private final String options;

        private EndProcess server;
        private EndProcess client;

        Transfer(TransferContext context) {
            this.context = context;
            received =
                    context.scratch().resolve("received").resolve(context.file().getFileName());
            UdtBuffers buffers = UdtBuffers.of(context.cell());
            options = "transtype=file&mss=" + WanCell.MTU_BYTES + "&fc=" + buffers.windowPackets() + "&sndbuf="
                    + buffers.bytes() + "&rcvbuf=" + buffers.bytes();
        }

        @Override
        public EndProcess startServer() throws IOException, PeerFailedException, InterruptedException {
            Files.createDirectory(received.getParent());
            List<String> command = List.of(
                    PROGRAM,
                    "-quiet",
                    "srt://:" + PORT + "?mode=listener&" + options,
                    "file://" + received.getParent() + "/");
            server = EndProcess.start("srt-receiver", context.link().right(), command, context.scratch(), line -> {});
            Programs.awaitListening(context.link(), context.link().right(), "udp", PORT, server);
            return server;
        }

        @Override
        public EndProcess startClient() throws IOException {
            List<String> command = List.of(
                    PROGRAM,
                    "-quiet",
                    "-chunk:" + WanCell.PAYLOAD_BYTES,
                    "file://" + context.file(),
                    "srt://" + context.link().rightAddress() + ":" + PORT + "?mode=caller&" + options);
            client = EndProcess.start("srt-sender", context.link().left(), command, context.scratch(), line -> {});
            return client;
        }

        @Override
        public boolean isDone() throws IOException, PeerFailedException {
            if (client.isEnded() && client.exitCode() != 0) {
                throw client.failed();
            }
            if (server.isEnded() && server.exitCode() != 0) {
                throw server.failed();
            }
            if (!client.isEnded() || !server.isEnded()) {
                return false;
            }
            if (delivered().bytes() != context.bytes()) {
                throw new PeerFailedException("the file arrived with "
                        + delivered().bytes() + " of " + context.bytes() + " bytes and no error");
            }
            return true;
        }

        @Override
        public Delivery delivered() throws IOException {
            return Delivery.of(Files.exists(received) ? Files.size(received) : 0);
        }

        @Override
        public void stop() throws InterruptedException {
            client.stop();
        }

        @Override
        public long endedNs() {
            return Math.max(client.endedNs(), server.endedNs());
        }
    }
}
