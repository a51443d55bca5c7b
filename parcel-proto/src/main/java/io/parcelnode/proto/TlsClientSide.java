package io.parcelnode.proto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** The client's part in the handshake: TLS 1.3 only, our protocol only, and a server that is trusted. */
final class TlsClientSide extends DefaultTlsClient implements TlsAuthentication {
    final TlsSide state = new TlsSide();
    private final ServerTrust trust;

    TlsClientSide(ServerTrust trust) {
        super(new BcTlsCrypto(new SecureRandom()));
        this.trust = trust;
    }

    @Override
    public ProtocolVersion[] getProtocolVersions() {
        return ProtocolVersion.TLSv13.only();
    }

    @Override
    protected Vector<ProtocolName> getProtocolNames() {
        return TlsSide.protocolNames();
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return this;
    }

    @Override
    public void notifyServerCertificate(TlsServerCertificate serverCertificate) throws IOException {
        TlsCertificate[] certificates = serverCertificate.getCertificate().getCertificateList();
        if (certificates.length == 0) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (TlsCertificate certificate : certificates) {
                chain.add((X509Certificate)
                        factory.generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
            }
            trust.check(List.copyOf(chain));
        } catch (UntrustedServerException e) {
            state.refusal = e;
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    @Override
    public TlsCredentials getClientCredentials(CertificateRequest certificateRequest) {
        return null;
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        state.complete(context);
    }
}
