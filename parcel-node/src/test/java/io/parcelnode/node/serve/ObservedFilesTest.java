package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObservedFilesTest {
    private static final OpenRequest REQUEST = new OpenRequest("x", null);

    private final List<String> told = new ArrayList<>();
    private LiveTransfer transfer;

    @Test
    void aTransferThatWasServedToItsEndIsComplete() throws IOException {
        ServedFile file = observed(request -> new Bytes(3)).open(REQUEST);
        assertEquals(3, file.read(ByteBuffer.allocate(3)));
        file.onServed(3, new byte[] {7});
        file.close();

        assertEquals(List.of("started", "COMPLETE null"), told);
        assertEquals(3, transfer.bytes());
        assertArrayEquals(new byte[] {7}, transfer.sha256());
    }

    @Test
    void aTransferThatIsClosedBeforeItsEndIsCancelled() throws IOException {
        ServedFile file = observed(request -> new Bytes(3)).open(REQUEST);
        file.read(ByteBuffer.allocate(2));
        file.close();

        assertEquals(List.of("started", "CANCELLED null"), told);
        assertEquals(2, transfer.bytes());
    }

    @Test
    void aSourceThatBreaksIsAFailureAndOneThatRefusesIsRefused() throws IOException {
        ServedFile file = observed(request -> new Bytes(-1)).open(REQUEST);
        assertThrows(IOException.class, () -> file.read(ByteBuffer.allocate(2)));
        file.close();
        FileProvider refusing = observed(request -> {
            throw new RequestFailedException(FailureKind.NOT_FOUND, 404, "no such file");
        });
        assertThrows(RequestFailedException.class, () -> refusing.open(REQUEST));

        assertEquals(List.of("started", "FAILED broken", "refused no such file"), told);
    }

    private FileProvider observed(FileProvider files) {
        LiveSession session = new LiveSession(UUID.randomUUID(), new FakePath(null), Instant.EPOCH);
        ServerEvents events = new ServerEvents() {
            @Override
            public void onTransferStarted(LiveTransfer started) {
                told.add("started");
                transfer = started;
            }

            @Override
            public void onTransferRefused(LiveSession refused, OpenRequest request, Exception cause) {
                told.add("refused " + cause.getMessage());
            }

            @Override
            public void onTransferEnded(LiveTransfer ended, TransferResult result, Exception cause) {
                told.add(result + " " + (cause == null ? null : cause.getMessage()));
            }
        };
        return new ObservedFiles(session, files, new EventFanout(List.of(events)), Clock.systemUTC());
    }

    /** So many bytes; with fewer than 0 it breaks. */
    private record Bytes(int count) implements ServedFile {
        @Override
        public FileInfo info() {
            return new FileInfo("x", Math.max(0, count), "v", null, null);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (count < 0) {
                throw new IOException("broken");
            }
            int length = Math.min(count, target.remaining());
            target.position(target.position() + length);
            return length;
        }

        @Override
        public void close() {}
    }
}
