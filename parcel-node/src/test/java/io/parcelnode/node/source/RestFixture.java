package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.LongSupplier;
import okhttp3.Dns;
import okhttp3.HttpUrl;

/** An endpoint and the source in front of it, with ranges of 64 KiB. */
final class RestFixture implements Closeable {
    static final int RANGE_BYTES = 1 << 16;
    static final String ID = "x";

    final TestEndpoint endpoint;
    final RestSource source;

    RestFixture(int connections, long readAheadBytes) throws IOException {
        this(connections, readAheadBytes, EndpointListener.NONE);
    }

    RestFixture(int connections, long readAheadBytes, EndpointListener listener) throws IOException {
        this(connections, readAheadBytes, RANGE_BYTES, listener);
    }

    RestFixture(int connections, long readAheadBytes, long rangeBytes, EndpointListener listener) throws IOException {
        this(connections, readAheadBytes, rangeBytes, listener, System::nanoTime);
    }

    RestFixture(int connections, long readAheadBytes, long rangeBytes, EndpointListener listener, LongSupplier clockNs)
            throws IOException {
        endpoint = new TestEndpoint();
        source = new RestSource(
                new EndpointOptions(
                        HttpUrl.get(endpoint.url()),
                        "X-Auth-Token",
                        connections,
                        rangeBytes,
                        readAheadBytes,
                        null,
                        false),
                listener,
                Dns.SYSTEM,
                AddressPolicy::isInternal,
                clockNs);
    }

    RestFixture() throws IOException {
        this(4, 64 << 20);
    }

    ServedFile open(long offset) throws IOException {
        return source.open(new OpenRequest(ID, null, offset, -1, null));
    }

    byte[] read(long offset, long length) throws IOException {
        try (ServedFile file = source.open(new OpenRequest(ID, null, offset, length, null))) {
            return TestBytes.readAll(file);
        }
    }

    byte[] readAll() throws IOException {
        return read(0, -1);
    }

    RequestFailedException refusal(FailureKind kind) {
        RequestFailedException failure = assertThrows(RequestFailedException.class, this::readAll);
        assertEquals(kind, failure.kind(), failure.getMessage());
        return failure;
    }

    @Override
    public void close() {
        source.close();
        endpoint.close();
    }
}
