package io.parcelnode.perf;

import com.barchart.udt.OptionUDT;
import com.barchart.udt.SocketUDT;
import com.barchart.udt.TypeUDT;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/**
 * The reference implementation in C++ through barchart's JNI bundle, which brings libraries for Linux on x86-64 among
 * others. Direct buffers pass without a copy, so what is measured is libudt itself.
 */
final class LibudtPeer implements LoopbackPeer {
    static final String NAME = "libudt";

    @Override
    public void receive(InetSocketAddress local, IntConsumer onPort, Meter meter) throws IOException {
        SocketUDT listener = socket();
        listener.bind(local);
        listener.listen(1);
        onPort.accept(listener.getLocalSocketAddress().getPort());
        SocketUDT connection = listener.accept();
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        while (connection.isOpen()) {
            buffer.clear();
            meter.count(connection.receive(buffer));
        }
    }

    @Override
    public void send(InetSocketAddress receiver, Meter meter) throws IOException {
        SocketUDT connection = socket();
        connection.connect(receiver);
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        while (connection.isOpen()) {
            buffer.clear();
            meter.count(connection.send(buffer));
        }
    }

    /** The window comes first: libudt caps the receive buffer by the window it knows at that moment. */
    private static SocketUDT socket() throws IOException {
        SocketUDT socket = new SocketUDT(TypeUDT.STREAM);
        socket.setOption(OptionUDT.UDT_MSS, MTU_BYTES);
        socket.setOption(OptionUDT.Flight_Window_Size, WINDOW_PACKETS);
        socket.setOption(OptionUDT.UDT_SNDBUF, BUFFER_BYTES);
        socket.setOption(OptionUDT.UDT_RCVBUF, BUFFER_BYTES);
        socket.setOption(OptionUDT.System_Send_Buffer_Size, DATAGRAM_BUFFER_BYTES);
        socket.setOption(OptionUDT.System_Receive_Buffer_Size, DATAGRAM_BUFFER_BYTES);
        return socket;
    }
}
