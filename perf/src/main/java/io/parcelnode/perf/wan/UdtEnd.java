package io.parcelnode.perf.wan;

import com.barchart.udt.OptionUDT;
import com.barchart.udt.SocketUDT;
import com.barchart.udt.TypeUDT;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The two ends of a transfer over libudt. Direct buffers pass without a copy, so what is measured is libudt itself. */
final class UdtEnd {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final long PROGRESS_NS = 1_000_000_000;

    private UdtEnd() {}

    static void receive(InetSocketAddress local, long bytes, int windowPackets) throws IOException {
        SocketUDT listener = socket(windowPackets);
        listener.bind(local);
        listener.listen(1);
        WanChildMain.say(WanChildMain.LISTENING);
        SocketUDT connection = listener.accept();
        long startNs = System.nanoTime();
        long nextNs = startNs + PROGRESS_NS;
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long received = 0;
        while (received < bytes) {
            buffer.clear();
            int read = connection.receive(buffer);
            if (read <= 0) {
                throw new IOException("the connection ended after " + received + " of " + bytes + " bytes");
            }
            received += read;
            long nowNs = System.nanoTime();
            if (nowNs - nextNs >= 0) {
                nextNs = nowNs + PROGRESS_NS;
                WanChildMain.say(WanChildMain.PROGRESS + received + " " + (nowNs - startNs) / 1e9);
            }
        }
        buffer.clear().limit(1);
        connection.send(buffer);
        // The sender ends when it has got the answer; until then libudt has to be here to repeat it.
        connection.receive(buffer.clear());
    }

    static void send(InetSocketAddress receiver, long bytes, int windowPackets) throws IOException {
        SocketUDT connection = socket(windowPackets);
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long startNs = System.nanoTime();
        connection.connect(receiver);
        for (long sent = 0; sent < bytes; ) {
            buffer.clear().limit((int) Math.min(CHUNK_BYTES, bytes - sent));
            sent += connection.send(buffer);
        }
        buffer.clear().limit(1);
        if (connection.receive(buffer) != 1) {
            throw new IOException("the receiver did not confirm the " + bytes + " bytes");
        }
        WanChildMain.say(WanChildMain.DONE + (System.nanoTime() - startNs) / 1e9);
    }

    /** The window comes first: libudt caps the receive buffer by the window it knows at that moment. */
    private static SocketUDT socket(int windowPackets) throws IOException {
        int bytes = new UdtBuffers(windowPackets).bytes();
        SocketUDT socket = new SocketUDT(TypeUDT.STREAM);
        socket.setOption(OptionUDT.UDT_MSS, WanCell.MTU_BYTES);
        socket.setOption(OptionUDT.Flight_Window_Size, windowPackets);
        socket.setOption(OptionUDT.UDT_SNDBUF, bytes);
        socket.setOption(OptionUDT.UDT_RCVBUF, bytes);
        socket.setOption(OptionUDT.System_Send_Buffer_Size, UdtBuffers.DATAGRAM_BUFFER_BYTES);
        socket.setOption(OptionUDT.System_Receive_Buffer_Size, UdtBuffers.DATAGRAM_BUFFER_BYTES);
        return socket;
    }
}
