package io.parcelnode.perf.wan;

import com.barchart.udt.SocketUDT;
import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.util.List;

/**
 * The reference implementation through barchart's JNI bundle, memory to memory, verified by count. The JVMs around it
 * are ours, so its time runs from its call of connect until the receiver's answer that all has come.
 */
final class UdtPeer implements WanPeer {
    private static final long READY_MS = 60_000;

    @Override
    public String settings(WanCell cell) {
        UdtBuffers buffers = UdtBuffers.of(cell);
        return "UDT_FC=" + buffers.windowPackets() + ", UDT_SNDBUF=UDT_RCVBUF=" + buffers.bytes()
                + ", UDP_SNDBUF=UDP_RCVBUF=" + UdtBuffers.DATAGRAM_BUFFER_BYTES + ", " + library();
    }

    /** The file name of barchart's classes tells their version. */
    private static String library() {
        String location = SocketUDT.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    @Override
    public int payloadBytes() {
        return WanCell.PAYLOAD_BYTES;
    }

    @Override
    public WanTransfer begin(TransferContext context) {
        return new Transfer(context);
    }

    private static final class Transfer implements WanTransfer {
        private final TransferContext context;
        private final String window;

        private EndProcess server;
        private EndProcess client;

        /** Written by the thread that reads the receiver's lines. */
        private volatile Delivery delivered = Delivery.NOTHING;

        Transfer(TransferContext context) {
            this.context = context;
            window = Integer.toString(UdtBuffers.of(context.cell()).windowPackets());
        }

        @Override
        public EndProcess startServer() throws IOException, PeerFailedException, InterruptedException {
            List<String> command = WanChildMain.command(
                    WanChildMain.UDT_RECEIVE,
                    context.link().rightAddress(),
                    Integer.toString(PORT),
                    Long.toString(context.bytes()),
                    window);
            server = EndProcess.start(
                    "libudt-receiver", context.link().right(), command, context.scratch(), this::onReceiverLine);
            server.await(WanChildMain.LISTENING::equals, READY_MS);
            return server;
        }

        private void onReceiverLine(String line) {
            if (line.startsWith(WanChildMain.PROGRESS)) {
                String[] words = line.split(" ");
                delivered = new Delivery(Long.parseLong(words[1]), Double.parseDouble(words[2]));
            }
        }

        @Override
        public EndProcess startClient() throws IOException {
            List<String> command = WanChildMain.command(
                    WanChildMain.UDT_SEND,
                    context.link().rightAddress(),
                    Integer.toString(PORT),
                    Long.toString(context.bytes()),
                    window);
            client = EndProcess.start("libudt-sender", context.link().left(), command, context.scratch(), line -> {});
            return client;
        }

        @Override
        public boolean isDone() throws PeerFailedException {
            if (server.isEnded() && server.exitCode() != 0) {
                throw server.failed();
            }
            if (!client.isEnded()) {
                return false;
            }
            String done = client.lineThat(line -> line.startsWith(WanChildMain.DONE));
            if (done == null) {
                throw client.failed();
            }
            delivered = new Delivery(context.bytes(), Double.parseDouble(done.split(" ")[1]));
            return true;
        }

        @Override
        public Delivery delivered() {
            return delivered;
        }

        @Override
        public void stop() throws InterruptedException {
            client.stop();
        }

        @Override
        public long endedNs() {
            return client.endedNs();
        }
    }
}
