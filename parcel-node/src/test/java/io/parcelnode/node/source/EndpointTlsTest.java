package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.parcelnode.node.testing.PemFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows C5 and D5: an endpoint whose certificate is not believed gets no token, and the reason is told plainly. */
@Timeout(180)
class EndpointTlsTest {
    private static final byte[] CONTENT = TestBytes.random(100_000, 1);

    @TempDir
    Path folder;

    private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    private HttpsServer https;
    private PemFiles pem;

    @BeforeEach
    void start() throws Exception {
        pem = PemFiles.create(folder, "SAN=ip:127.0.0.1");
        serve();
    }

    private void serve() throws Exception {
        https = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context(pem.keyStore())));
        https.createContext("/", exchange -> {
            try (exchange) {
                tokens.add(exchange.getRequestHeaders().getFirst("X-Auth-Token"));
                exchange.sendResponseHeaders(200, CONTENT.length);
                exchange.getResponseBody().write(CONTENT);
            }
        });
        https.start();
    }

    @AfterEach
    void stop() {
        https.stop(0);
    }

    @Test
    void anEndpointOfAnUnknownAuthorityIsRefusedBeforeItSeesAToken() throws Exception {
        RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> read(null, false));

        assertEquals(FailureKind.UPSTREAM, refusal.kind());
        assertEquals(
                "the endpoint's certificate comes from no authority that is trusted here; name its authority with"
                        + " --upstream-ca",
                refusal.getMessage());
        assertEquals(List.of(), tokens);
    }

    @Test
    void anEndpointOfANamedAuthorityIsBelieved() throws Exception {
        assertArrayEquals(CONTENT, read(Path.of(pem.certificate()), false));
        assertEquals(List.of("secret"), tokens);
    }

    /** The authority is right, the name is another's. */
    @Test
    void anEndpointThatHasAnothersCertificateIsRefused() throws Exception {
        stop();
        pem = PemFiles.create(folder, "SAN=dns:elsewhere.example");
        serve();

        RequestFailedException refusal =
                assertThrows(RequestFailedException.class, () -> read(Path.of(pem.certificate()), false));

        assertTrue(refusal.getMessage().contains("is for another name than 127.0.0.1"), refusal.getMessage());
        assertEquals(List.of(), tokens);
    }

    /** An authority that signs for a time that is over takes more than the JDK's tools; what TLS then throws does not. */
    @Test
    void aCertificateWhoseTimeIsOverOrHasNotComeIsSaidSo() {
        assertTrue(said(new CertificateExpiredException("NotAfter: Thu Jan 01")).contains("has expired"));
        assertTrue(said(new CertificateNotYetValidException("NotBefore: Fri Jan 02"))
                .contains("is not valid yet; check the server's clock"));
        assertTrue(said(new CertificateException("weak key")).endsWith("is not accepted: weak key"));
        assertNull(TlsFault.of(new SSLException("closed by the other end"), "host"), "that is worth another try");
    }

    private static String said(CertificateException cause) {
        SSLException handshake = new SSLHandshakeException(cause.getMessage());
        handshake.initCause(new CertPathValidatorException(cause));
        return TlsFault.of(handshake, "host").getMessage();
    }

    @Test
    void whoeverAsksForItGetsAnyEndpoint() throws Exception {
        assertArrayEquals(CONTENT, read(null, true));
    }

    private byte[] read(Path authorities, boolean insecure) throws Exception {
        HttpUrl url = HttpUrl.get("https://127.0.0.1:" + https.getAddress().getPort() + "/");
        EndpointOptions options = new EndpointOptions(url, "X-Auth-Token", 1, 1 << 20, 1 << 22, authorities, insecure);
        try (RestSource source = new RestSource(options);
                ServedFile file = source.open(new OpenRequest("x", "secret", 0, -1, null))) {
            return TestBytes.readAll(file);
        }
    }

    private static SSLContext context(KeyStore store) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PemFiles.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
