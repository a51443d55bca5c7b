package io.parcelnode.proto;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** The server's part in the handshake: TLS 1.3 only, our protocol only, one identity. */
final class TlsServerSide extends DefaultTlsServer {
    final TlsSide state = new TlsSide();
    private final ServerIdentity identity;
    private final BcTlsCrypto bcCrypto;

    TlsServerSide(ServerIdentity identity) {
        this(identity, new BcTlsCrypto(new SecureRandom()));
    }

    private TlsServerSide(ServerIdentity identity, BcTlsCrypto crypto) {
        super(crypto);
        this.identity = identity;
        this.bcCrypto = crypto;
    }

    @Override
    public ProtocolVersion[] getProtocolVersions() {
        return ProtocolVersion.TLSv13.only();
    }

    @Override
    protected Vector<ProtocolName> getProtocolNames() {
        return TlsSide.protocolNames();
    }

    /** Left to itself the engine would go on without a protocol when the client offers none. */
    @Override
    @SuppressWarnings("rawtypes") // the engine's own signature
    public void processClientExtensions(Hashtable extensions) throws IOException {
        Vector<?> offered = extensions == null ? null : TlsExtensionsUtils.getALPNExtensionClient(extensions);
        if (offered == null || !offered.contains(TlsSide.PROTOCOL)) {
            state.refusal = new SessionException("the client did not offer the protocol " + Limits.PROTOCOL_NAME
                    + " in the TLS handshake; it is no Parcel client, or of another version");
            throw new TlsFatalAlert(AlertDescription.no_application_protocol);
        }
        super.processClientExtensions(extensions);
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        List<X509Certificate> chain = identity.chain();
        CertificateEntry[] entries = new CertificateEntry[chain.size()];
        try {
            for (int i = 0; i < entries.length; i++) {
                entries[i] = new CertificateEntry(
                        new BcTlsCertificate(bcCrypto, chain.get(i).getEncoded()), null);
            }
        } catch (CertificateEncodingException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
        AsymmetricKeyParameter key = PrivateKeyFactory.createKey(identity.key().getEncoded());
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                bcCrypto,
                key,
                new Certificate(TlsUtils.EMPTY_BYTES, entries),
                SignatureScheme.getSignatureAndHashAlgorithm(signatureScheme(chain.get(0))));
    }

    /** TLS 1.3 ties each curve to one hash, and RSA to PSS. */
    private static int signatureScheme(X509Certificate leaf) {
        if (!(leaf.getPublicKey() instanceof ECPublicKey ecKey)) {
            return SignatureScheme.rsa_pss_rsae_sha256;
        }
        int fieldBits = ecKey.getParams().getCurve().getField().getFieldSize();
        if (fieldBits <= 256) {
            return SignatureScheme.ecdsa_secp256r1_sha256;
        }
        return fieldBits <= 384 ? SignatureScheme.ecdsa_secp384r1_sha384 : SignatureScheme.ecdsa_secp521r1_sha512;
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        state.complete(context);
    }
}
