package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HandshakeTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void anUntrustedServerLearnsNothing() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        ServerTrust other = ServerTrust.fingerprint(
                ServerIdentity.selfSigned(new SecureRandom()).fingerprint());
        UntrustedServerException refused = assertThrows(UntrustedServerException.class, () -> {
            try (ClientSession client = ClientSession.connect(pair[0], other, ClientOptions.DEFAULT)) {
                client.open(new OpenRequest("the-file", "the-token"));
            }
        });
        assertEquals(TestServer.IDENTITY.fingerprint(), refused.fingerprint());
        assertInstanceOf(SessionException.class, server.outcome());
        assertTrue(server.outcome().getMessage().contains("bad_certificate"), server.outcome()::getMessage);
        byte[] sent = pair[0].written();
        assertEquals(-1, StreamFaultsTest.indexOf(sent, "the-file".getBytes(StandardCharsets.UTF_8)));
        assertEquals(-1, StreamFaultsTest.indexOf(sent, "the-token".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void garbageIsNotWaitedFor() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        pair[0].write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertTrue(server.outcome().getMessage().contains("something else than a TLS record"));

        PipeChannel[] reversed = PipeChannel.pair();
        reversed[1].write(ByteBuffer.wrap("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII)));
        SessionException failed = assertThrows(
                SessionException.class,
                () -> ClientSession.connect(reversed[0], TestServer.TRUST, ClientOptions.DEFAULT));
        assertTrue(failed.getMessage().contains("something else than a TLS record"), failed.getMessage());
    }

    @Test
    void aSilentPeerIsGivenUpInTime() {
        PipeChannel[] pair = PipeChannel.pair();
        Duration timeout = Duration.ofMillis(100);
        SessionException failed = assertThrows(
                SessionException.class,
                () -> ClientSession.connect(
                        pair[0], TestServer.TRUST, ClientOptions.DEFAULT.withHandshakeTimeout(timeout)));
        assertTrue(failed.getMessage().contains("within 100 ms"), failed.getMessage());

        PipeChannel[] reversed = PipeChannel.pair();
        server.serveOn(reversed[1], ServerOptions.DEFAULT.withHandshakeTimeout(timeout));
        assertTrue(server.outcome().getMessage().contains("within 100 ms"), server.outcome()::getMessage);
    }

    @Test
    void aClientWithOlderTlsIsRefused() throws Exception {
        javaClient(new String[] {"TLSv1.2"}, new String[] {"parcel/2"});
        assertTrue(server.outcome().getMessage().contains("protocol_version"), server.outcome()::getMessage);
    }

    @Test
    void aClientOfAnotherProtocolIsRefused() throws Exception {
        javaClient(new String[] {"TLSv1.3"}, new String[] {"h2", "parcel/1"});
        assertTrue(server.outcome().getMessage().contains("did not offer the protocol parcel/2"));
    }

    @Test
    void aClientOfNoProtocolIsRefused() throws Exception {
        javaClient(new String[] {"TLSv1.3"}, new String[0]);
        assertTrue(server.outcome().getMessage().contains("did not offer the protocol parcel/2"));
    }

    /** The JDK's own TLS as the client, which must fail in its handshake. */
    private void javaClient(String[] protocols, String[] applicationProtocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
                socket.connect(address);
                SocketChannel accepted = listener.accept();
                server.serveOn(accepted, ServerOptions.DEFAULT);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setProtocols(protocols);
                parameters.setApplicationProtocols(applicationProtocols);
                socket.setSSLParameters(parameters);
                assertThrows(SSLException.class, socket::startHandshake);
            }
        }
        assertInstanceOf(SessionException.class, server.outcome());
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** A server that agrees to no protocol name must not get our frames. */
    @Test
    void aServerOfNoProtocolIsRefused() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        Thread other = new Thread(() -> {
            try {
                NoProtocolServer.run(pair[1]);
            } catch (IOException e) {
                pair[1].close();
            }
        });
        other.setDaemon(true);
        other.start();
        SessionException failed = assertThrows(
                SessionException.class, () -> ClientSession.connect(pair[0], TestServer.TRUST, ClientOptions.DEFAULT));
        assertTrue(failed.getMessage().contains("did not agree to the protocol parcel/2"), failed.getMessage());
    }
}
