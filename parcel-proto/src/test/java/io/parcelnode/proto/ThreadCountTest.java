package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Row C2: cutting a short message among many threads must neither lose it nor go on for ever. */
@Timeout(240)
class ThreadCountTest {
    @Test
    void filesOfNextToNoBytesPassThroughAnyNumberOfThreads() throws Exception {
        for (int threads : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 16, 31, 32, 33, 63, 64}) {
            PipeChannel[] pair = PipeChannel.pair();
            ClientOptions options = ClientOptions.DEFAULT.withSealingThreads(threads);
            try (TestServer server = new TestServer()) {
                server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT.withSealingThreadsMax(64));
                try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, options)) {
                    for (int length : new int[] {0, 1, 10, threads, threads + 1}) {
                        byte[] content = TestServer.bytes(length, threads);
                        server.contents.put("x", content);
                        try (RemoteFile file = client.open(new OpenRequest("x", null))) {
                            assertArrayEquals(content, TestServer.readAll(file), threads + " threads");
                        }
                    }
                    assertEquals(threads, client.sealingThreadsGranted());
                }
            }
        }
    }
}
