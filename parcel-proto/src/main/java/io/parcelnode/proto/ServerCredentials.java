package io.parcelnode.proto;

import java.io.IOException;
import java.security.PublicKey;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** Turns an identity into what signs a TLS 1.3 handshake. */
final class ServerCredentials {
    private static final SignatureAndHashAlgorithm ECDSA_P256 =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);
    private static final SignatureAndHashAlgorithm ECDSA_P384 =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha384, SignatureAlgorithm.ecdsa);
    private static final int P384_BITS = 384;

    private ServerCredentials() {}

    static TlsCredentialedSigner of(ServerIdentity identity, TlsContext context, BcTlsCrypto crypto)
            throws IOException {
        AsymmetricKeyParameter key = PrivateKeyFactory.createKey(identity.key());
        SignatureAndHashAlgorithm algorithm = algorithmOf(key);
        Vector<?> offered = context.getSecurityParametersHandshake().getClientSigAlgs();
        if (offered == null || !offered.contains(algorithm)) {
            throw new TlsFatalAlert(
                    AlertDescription.handshake_failure, "the client cannot verify this kind of certificate");
        }
        CertificateEntry[] entries = new CertificateEntry[identity.chain().size()];
        for (int i = 0; i < entries.length; i++) {
            entries[i] =
                    new CertificateEntry(crypto.createCertificate(identity.encodedCertificate(i)), new Hashtable<>());
        }
        Certificate certificate = new Certificate(TlsUtils.EMPTY_BYTES, entries);
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context), crypto, key, certificate, algorithm);
    }

    /** A key that belongs to another certificate would only show as a failed handshake. */
    static void requireMatch(ServerIdentity identity) throws IOException {
        PublicKey certified = identity.chain().get(0).getPublicKey();
        AsymmetricKeyParameter publicKey =
                PublicKeyFactory.createKey(SubjectPublicKeyInfo.getInstance(certified.getEncoded()));
        AsymmetricKeyParameter privateKey = PrivateKeyFactory.createKey(identity.key());
        algorithmOf(privateKey);
        boolean matches = privateKey instanceof ECPrivateKeyParameters ec
                        && publicKey instanceof ECPublicKeyParameters point
                        && ec.getParameters().getG().multiply(ec.getD()).equals(point.getQ())
                || privateKey instanceof RSAKeyParameters rsa
                        && publicKey instanceof RSAKeyParameters other
                        && rsa.getModulus().equals(other.getModulus());
        if (!matches) {
            throw new IOException("the private key does not belong to the certificate");
        }
    }

    private static SignatureAndHashAlgorithm algorithmOf(AsymmetricKeyParameter key) throws IOException {
        if (key instanceof RSAKeyParameters) {
            return SignatureAndHashAlgorithm.rsa_pss_rsae_sha256;
        }
        if (key instanceof ECPrivateKeyParameters ec) {
            int bits = ec.getParameters().getCurve().getFieldSize();
            if (bits == P384_BITS) {
                return ECDSA_P384;
            }
            if (bits == 256) {
                return ECDSA_P256;
            }
        }
        throw new IOException("this kind of private key cannot be used; take EC P-256, EC P-384 or RSA");
    }
}
