package io.parcelnode.udt.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.engine.HandshakeListener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The channels over real sockets on loopback. Worse networks are the simulator's. */
@Timeout(180)
class UdtChannelTest {
    private static final UdtOptions OPTIONS = UdtOptions.DEFAULT;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final UdtServerChannel server = bind();

    @AfterEach
    void close() throws InterruptedException {
        server.close();
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS), "a thread did not wake up");
    }

    @Test
    void tellsWhetherItsLoopComesRoundAndHowLongItWasIdle() throws Exception {
        server.loopTurn().get(60, TimeUnit.SECONDS);
        Duration before = server.loopIdle();
        Thread.sleep(20);
        server.loopTurn().get(60, TimeUnit.SECONDS);
        assertTrue(server.loopIdle().compareTo(before) > 0);
        server.close();
        assertThrows(ExecutionException.class, () -> server.loopTurn().get(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_455, 1_456, 1_457, (1 << 20) + 3, 32 << 20})
    void carriesBytesBothWays(int length) throws Exception {
        byte[] sent = new byte[length];
        new Random(length).nextBytes(sent);
        Future<byte[]> echoed = threads.submit(() -> {
            UdtChannel channel = server.accept();
            byte[] got = channel.inputStream().readNBytes(length);
            channel.outputStream().write(got);
            channel.close();
            return got;
        });
        UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS);
        Future<Integer> written = threads.submit(() -> client.write(ByteBuffer.wrap(sent)));
        byte[] back = client.inputStream().readAllBytes();
        assertEquals(length, written.get());
        assertArrayEquals(sent, echoed.get());
        assertArrayEquals(sent, back);
        assertEquals(CloseReason.PEER_SHUTDOWN, client.closeReason());
        assertThrows(IOException.class, () -> client.write(ByteBuffer.allocate(1)));
        client.close();
    }

    @Test
    void closeLingersUntilThePeerHasEverything() throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(1).nextBytes(sent);
        Future<byte[]> got = threads.submit(() -> server.accept().inputStream().readAllBytes());
        UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS);
        try (OutputStream out = client.outputStream()) {
            out.write(sent);
        }
        assertArrayEquals(sent, got.get());
        assertEquals(CloseReason.LOCAL_CLOSE, client.closeReason());
        assertFalse(client.isOpen());
        assertThrows(ClosedChannelException.class, () -> client.read(ByteBuffer.allocate(1)));
    }

    /** Bounds from below only: how much faster than the limit nothing can have gone does not depend on the machine. */
    @Test
    void aLimitOfEitherSideIsKept() throws Exception {
        int length = 1 << 20;
        long limit = 16_000_000;
        double leastSeconds = (length * 8.0 / limit) * 0.99;
        Future<?> echoing = threads.submit(() -> {
            UdtChannel channel = server.accept();
            channel.inputStream().transferTo(channel.outputStream());
            channel.close();
            return null;
        });
        UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS);
        client.limitSending(limit);
        // The client sends slowly and is echoed at once.
        assertTrue(echoSeconds(client, length) >= leastSeconds);
        client.limitSending(0);
        client.limitReceiving(limit);
        assertTrue(echoSeconds(client, 1) >= 0); // The first answer shows that the server knows.
        assertTrue(echoSeconds(client, length) >= leastSeconds);
        assertThrows(IllegalArgumentException.class, () -> client.limitReceiving(-1));
        client.close();
        echoing.get();
    }

    private double echoSeconds(UdtChannel client, int length) throws Exception {
        long startNs = System.nanoTime();
        Future<Integer> written = threads.submit(() -> client.write(ByteBuffer.allocate(length)));
        assertEquals(length, client.inputStream().readNBytes(length).length);
        written.get();
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** Linux reports twice what was set; here as much is said to be granted as was asked for, or less. */
    @Test
    void saysWhatSocketBuffersTheSystemGrants() throws Exception {
        try (UdtServerChannel modest = UdtServerChannel.bind(loopback(), OPTIONS.withDatagramBufferBytes(1 << 16))) {
            assertEquals(new SocketBuffers(1 << 16, 1 << 16, 1 << 16), modest.socketBuffers());
            assertFalse(modest.socketBuffers().isClipped());
        }
        try (UdtServerChannel greedy = UdtServerChannel.bind(loopback(), OPTIONS.withDatagramBufferBytes(1 << 30))) {
            SocketBuffers granted = greedy.socketBuffers();
            assertTrue(granted.receiveBytes() > 0 && granted.receiveBytes() <= 1 << 30, granted::toString);
        }
    }

    @Test
    void manyConnectionsShareOnePort() throws Exception {
        int count = 40;
        for (int i = 0; i < count; i++) {
            threads.submit(() -> {
                UdtChannel channel = server.accept();
                channel.inputStream().transferTo(channel.outputStream());
                return null;
            });
        }
        List<Future<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] text = ("connection " + i + ' ').repeat(5_000).getBytes();
            answers.add(threads.submit(() -> {
                try (UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS)) {
                    client.write(ByteBuffer.wrap(text));
                    return client.inputStream().readNBytes(text.length);
                }
            }));
        }
        for (int i = 0; i < count; i++) {
            assertTrue(new String(answers.get(i).get()).startsWith("connection " + i + ' '));
        }
    }

    @Test
    void silenceAtThePortIsAnErrorThatNamesTheTimeout() throws IOException {
        try (DatagramSocket nobody = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            UdtConnectException e = assertThrows(
                    UdtConnectException.class,
                    () -> UdtChannel.connect(
                            (InetSocketAddress) nobody.getLocalSocketAddress(),
                            OPTIONS.withConnectTimeout(Duration.ofMillis(600))));
            assertEquals(CloseReason.CONNECT_TIMEOUT, e.reason());
            assertTrue(e.getMessage().contains("within 0.6 s"), e.getMessage());
        }
    }

    @Test
    void refusesConnectionsBeyondItsLimit() throws IOException {
        try (UdtServerChannel small = UdtServerChannel.bind(loopback(), OPTIONS, 1, 1 << 20);
                UdtChannel first = UdtChannel.connect(small.localAddress(), OPTIONS)) {
            UdtConnectException e =
                    assertThrows(UdtConnectException.class, () -> UdtChannel.connect(small.localAddress(), OPTIONS));
            assertEquals(CloseReason.REFUSED, e.reason());
            assertTrue(first.isOpen());
        }
    }

    @Test
    void aPortInUseIsABindException() {
        assertThrows(BindException.class, () -> UdtServerChannel.bind(server.localAddress(), OPTIONS));
    }

    @Test
    void closingFromAnotherThreadWakesReaderWriterAndAccept() throws Exception {
        UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS);
        server.accept();
        Future<Integer> reading = threads.submit(() -> client.read(ByteBuffer.allocate(1)));
        Future<Integer> writing = threads.submit(() -> client.write(ByteBuffer.allocate(256 << 20)));
        Future<UdtChannel> accepting = threads.submit(server::accept);
        client.abort();
        server.close();
        assertClosed(reading);
        assertClosed(writing);
        assertClosed(accepting);
    }

    @Test
    void anInterruptEndsTheConnection() throws Exception {
        UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS);
        UdtChannel accepted = server.accept();
        Callable<Boolean> read = () -> {
            Thread.currentThread().interrupt();
            assertThrows(ClosedByInterruptException.class, () -> client.read(ByteBuffer.allocate(1)));
            return Thread.interrupted();
        };
        assertTrue(threads.submit(read).get());
        assertEquals(-1, accepted.read(ByteBuffer.allocate(1)));
    }

    @Test
    void aPeerThatFallsSilentIsLost() throws Exception {
        DatagramSocket mute = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        threads.submit(() -> answerHandshakeOnly(mute));
        InetSocketAddress address = (InetSocketAddress) mute.getLocalSocketAddress();
        UdtChannel client = UdtChannel.connect(address, OPTIONS.withPeerTimeout(Duration.ofSeconds(1)));
        UdtConnectionLostException e =
                assertThrows(UdtConnectionLostException.class, () -> client.read(ByteBuffer.allocate(1)));
        assertEquals(CloseReason.PEER_SILENT, e.reason());
        mute.close();
    }

    @Test
    void garbageAtThePortHarmsNobody() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] sent = new byte[16 << 20];
        random.nextBytes(sent);
        Future<byte[]> got = threads.submit(() -> server.accept().inputStream().readAllBytes());
        UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS);
        Future<?> noise = threads.submit(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                for (int i = 0; i < 20_000; i++) {
                    byte[] bytes = new byte[random.nextInt(200)];
                    random.nextBytes(bytes);
                    if (i % 2 == 0 && bytes.length >= 16) {
                        // Looks like a handshake, or like a packet of some connection.
                        bytes[0] = (byte) 0x80;
                        Arrays.fill(bytes, 12, 16, (byte) 0);
                    }
                    socket.send(new DatagramPacket(bytes, bytes.length, server.localAddress()));
                }
            }
            return null;
        });
        client.write(ByteBuffer.wrap(sent));
        client.close();
        assertArrayEquals(sent, got.get(), "seed " + seed);
        noise.get();
        UdtChannel.connect(server.localAddress(), OPTIONS).close();
    }

    @Test
    void countsWhatItCarries() throws Exception {
        UdtChannel client = UdtChannel.connect(server.localAddress(), OPTIONS);
        UdtChannel accepted = server.accept();
        client.write(ByteBuffer.wrap(new byte[1 << 20]));
        accepted.inputStream().readNBytes(1 << 20);
        client.close();
        UdtStats sender = client.stats();
        assertEquals(1 << 20, sender.bytesAcknowledged());
        assertTrue(sender.acksReceived() > 0);
        assertTrue(sender.rttMicros() > 0);
        UdtStats receiver = accepted.stats();
        assertEquals(1 << 20, receiver.bytesReceived());
        assertTrue(receiver.rttP99Micros() >= receiver.rttP50Micros());
    }

    private static Void answerHandshakeOnly(DatagramSocket socket) throws IOException {
        HandshakeListener listener = new HandshakeListener(0, OPTIONS, new Random(3), 1);
        UnsafeBuffer reply = new UnsafeBuffer(new byte[64]);
        while (listener.pollAccepted() == null) {
            DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
            socket.receive(packet);
            int length = listener.onDatagram(
                    0,
                    packet.getAddress().getAddress(),
                    packet.getPort(),
                    new UnsafeBuffer(packet.getData()),
                    0,
                    packet.getLength(),
                    reply);
            socket.send(new DatagramPacket(reply.byteArray(), length, packet.getSocketAddress()));
        }
        return null;
    }

    private static void assertClosed(Future<?> future) throws InterruptedException {
        Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
        assertTrue(cause instanceof ClosedChannelException, () -> "was " + cause);
        assertTrue(cause instanceof AsynchronousCloseException || cause.getClass() == ClosedChannelException.class);
    }

    private static UdtServerChannel bind() {
        try {
            return UdtServerChannel.bind(loopback(), OPTIONS);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
