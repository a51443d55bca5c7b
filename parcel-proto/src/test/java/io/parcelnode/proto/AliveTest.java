package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over a channel that does not notice a dead end both ends say something although they have nothing to say. */
@Timeout(180)
class AliveTest {
    private static final int QUIET_POLLS = 700;
    private static final long POLL_NS = 5_000_000;

    /** Counts what is written. */
    private static final class Counting implements ByteChannel {
        private final ByteChannel channel;
        final AtomicInteger writes = new AtomicInteger();

        Counting(ByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return channel.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            writes.incrementAndGet();
            return channel.write(source);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private final TestServer server = new TestServer();
    private final PipeChannel[] pair = PipeChannel.pair();
    private final Counting near = new Counting(pair[0]);
    private final Counting far = new Counting(pair[1].notRecording());

    private ClientSession connect(boolean alive) throws IOException {
        server.contents.put("x", TestServer.bytes(100_000, 1));
        server.serveOn(far, ServerOptions.DEFAULT);
        ClientSession client = ClientSession.connect(near, TestServer.TRUST, ClientOptions.DEFAULT.withAlive(alive));
        client.awaitGrant();
        return client;
    }

    @Test
    void bothEndsGoOnSayingSomething() throws Exception {
        try (server;
                ClientSession client = connect(true)) {
            int nearBefore = near.writes.get();
            int farBefore = far.writes.get();

            while (near.writes.get() < nearBefore + 2 || far.writes.get() < farBefore + 2) {
                LockSupport.parkNanos(POLL_NS);
                assertTrue(client.isOpen());
            }

            RemoteFile file = client.open(new OpenRequest("x", null, 0, -1, null));
            assertArrayEquals(TestServer.bytes(100_000, 1), TestServer.readAll(file));
        }
    }

    @Test
    void whereItIsNotWantedSilenceIsSilent() throws Exception {
        try (server;
                ClientSession client = connect(false)) {
            RemoteFile file = client.open(new OpenRequest("x", null, 0, -1, null));
            assertArrayEquals(TestServer.bytes(100_000, 1), TestServer.readAll(file));
            for (int last = -1; last != far.writes.get() + near.writes.get(); ) {
                last = far.writes.get() + near.writes.get();
                LockSupport.parkNanos(100 * POLL_NS);
            }
            int before = near.writes.get() + far.writes.get();
            for (int i = 0; i < QUIET_POLLS; i++) {
                LockSupport.parkNanos(POLL_NS);
            }
            assertEquals(before, near.writes.get() + far.writes.get());
            assertTrue(client.isOpen());
        }
    }
}
