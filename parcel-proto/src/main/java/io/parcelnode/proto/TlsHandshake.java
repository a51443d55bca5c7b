package io.parcelnode.proto;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * The TLS 1.3 handshake that opens a session, by Bouncy Castle. Nothing else ever goes through TLS: its exporter gives
 * each direction a secret, and the first record after Finished is a sealed frame.
 */
final class TlsHandshake {
    private static final ProtocolName PROTOCOL = ProtocolName.asUtf8Encoding("parcel/2");
    private static final String CLIENT_LABEL = "EXPORTER-parcel-2 client";
    private static final String SERVER_LABEL = "EXPORTER-parcel-2 server";
    private static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_CHACHA20_POLY1305_SHA256
    };
    private static final int HEADER_BYTES = 5;
    private static final int RECORD_MAX_BYTES = (1 << 14) + 256;
    /** A handshake needs a handful of records; a peer that sends on and on is none of ours. */
    private static final int RECORDS_MAX = 64;

    private final ByteChannel channel;
    private final ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + RECORD_MAX_BYTES);
    private Secrets secrets;

    /** What the two directions are sealed with. */
    record Secrets(byte[] client, byte[] server) {}

    private TlsHandshake(ByteChannel channel) {
        this.channel = channel;
    }

    /** Authenticates the server. What {@code trust} refuses is thrown as it is. */
    static Secrets asClient(ByteChannel channel, ServerTrust trust, Duration timeout) throws IOException {
        TlsHandshake handshake = new TlsHandshake(channel);
        TlsClientProtocol protocol = new TlsClientProtocol();
        return handshake.run(protocol, () -> protocol.connect(handshake.new Client(trust)), timeout);
    }

    static Secrets asServer(ByteChannel channel, ServerIdentity identity, Duration timeout) throws IOException {
        TlsHandshake handshake = new TlsHandshake(channel);
        TlsServerProtocol protocol = new TlsServerProtocol();
        return handshake.run(protocol, () -> protocol.accept(handshake.new Server(identity)), timeout);
    }

    private interface Start {
        void run() throws IOException;
    }

    private Secrets run(TlsProtocol protocol, Start start, Duration timeout) throws IOException {
        AtomicBoolean timedOut = new AtomicBoolean();
        try (Watchdog watchdog = Watchdog.closeAfter(timeout, channel, timedOut)) {
            start.run();
            flush(protocol);
            for (int records = 0; secrets == null; records++) {
                if (records == RECORDS_MAX) {
                    throw new SessionException("the TLS handshake takes more than " + RECORDS_MAX + " records");
                }
                int length = readRecord();
                try {
                    protocol.offerInput(record.array(), 0, length);
                } finally {
                    flush(protocol); // Also the alert that tells the peer why it failed.
                }
            }
            if (!watchdog.disarm()) {
                throw new IOException("closed by the watchdog");
            }
            return secrets;
        } catch (UntrustedServerException e) {
            throw e;
        } catch (EOFException e) {
            throw new SessionException("the peer ended the connection during the TLS handshake", e);
        } catch (IOException | RuntimeException e) {
            if (timedOut.get()) {
                throw new SessionException("the TLS handshake was not done within " + timeout.toMillis() + " ms", e);
            }
            if (e instanceof SessionException known) {
                throw known;
            }
            throw new SessionException("the TLS handshake failed: " + e.getMessage(), e);
        }
    }

    private int readRecord() throws IOException {
        readFully(record.clear().limit(HEADER_BYTES));
        int length = record.getShort(3) & 0xFFFF;
        if (record.get(1) != 3 || length == 0 || length > RECORD_MAX_BYTES) {
            throw new SessionException("the peer does not speak TLS");
        }
        readFully(record.limit(HEADER_BYTES + length));
        return HEADER_BYTES + length;
    }

    private void readFully(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("end of stream");
            }
        }
    }

    private void flush(TlsProtocol protocol) throws IOException {
        int length = protocol.getAvailableOutputBytes();
        if (length > 0) {
            byte[] output = new byte[length];
            protocol.readOutput(output, 0, length);
            ByteBuffer source = ByteBuffer.wrap(output);
            while (source.hasRemaining()) {
                channel.write(source);
            }
        }
    }

    /** The exporter works here and never again. */
    private void onComplete(TlsContext context) throws IOException {
        if (!PROTOCOL.equals(context.getSecurityParametersConnection().getApplicationProtocol())) {
            throw new TlsFatalAlert(AlertDescription.no_application_protocol, "the peer does not speak parcel/2");
        }
        secrets = new Secrets(
                context.exportKeyingMaterial(CLIENT_LABEL, null, FrameKeys.SECRET_BYTES),
                context.exportKeyingMaterial(SERVER_LABEL, null, FrameKeys.SECRET_BYTES));
    }

    private static Vector<ProtocolName> protocols() {
        Vector<ProtocolName> names = new Vector<>();
        names.add(PROTOCOL);
        return names;
    }

    private final class Client extends DefaultTlsClient {
        private final ServerTrust trust;

        Client(ServerTrust trust) {
            super(new BcTlsCrypto(new SecureRandom()));
            this.trust = trust;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return CIPHER_SUITES.clone();
        }

        @Override
        protected Vector<ProtocolName> getProtocolNames() {
            return protocols();
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate shown) throws IOException {
                    trust.check(parse(shown.getCertificate().getCertificateList()));
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            onComplete(context);
        }

        private List<X509Certificate> parse(TlsCertificate[] certificates) throws IOException {
            List<X509Certificate> chain = new ArrayList<>();
            try {
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                for (TlsCertificate certificate : certificates) {
                    chain.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
                }
            } catch (CertificateException e) {
                throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
            }
            if (chain.isEmpty()) {
                throw new TlsFatalAlert(AlertDescription.bad_certificate, "the server shows no certificate");
            }
            return chain;
        }
    }

    private final class Server extends DefaultTlsServer {
        private final ServerIdentity identity;
        private final BcTlsCrypto crypto;

        Server(ServerIdentity identity) {
            this(identity, new BcTlsCrypto(new SecureRandom()));
        }

        private Server(ServerIdentity identity, BcTlsCrypto crypto) {
            super(crypto);
            this.identity = identity;
            this.crypto = crypto;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return CIPHER_SUITES.clone();
        }

        @Override
        protected Vector<ProtocolName> getProtocolNames() {
            return protocols();
        }

        @Override
        public TlsCredentials getCredentials() throws IOException {
            return ServerCredentials.of(identity, context, crypto);
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            onComplete(context);
        }
    }
}
