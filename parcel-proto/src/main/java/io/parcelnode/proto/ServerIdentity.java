package io.parcelnode.proto;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A server's certificate chain and private key. Immutable; may be shared between sessions. */
public final class ServerIdentity {
    private static final int VALID_DAYS = 3652;

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    ServerIdentity(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    /** A new P-256 key and a certificate for it, valid for ten years, that clients trust by its fingerprint. */
    public static ServerIdentity selfSigned(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=parcel-node");
            // A day back, for clients whose clocks are behind.
            Instant from = Instant.now().minus(1, ChronoUnit.DAYS);
            Instant until = from.plus(VALID_DAYS + 1, ChronoUnit.DAYS);
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, new BigInteger(127, random), Date.from(from), Date.from(until), name, pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .setSecureRandom(random)
                            .build(pair.getPrivate())));
            return new ServerIdentity(List.of(certificate), pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this Java cannot make an EC P-256 certificate", e);
        }
    }

    /**
     * Reads a certificate chain (its own certificate first) and its private key: EC or RSA, in PKCS#8 or in the
     * traditional form, not encrypted.
     */
    public static ServerIdentity fromPem(Path certificates, Path key) throws IOException {
        List<X509Certificate> chain = PemFiles.readCertificates(certificates);
        PrivateKeyInfo keyInfo = PemFiles.readPrivateKey(key);
        String algorithm = chain.get(0).getPublicKey().getAlgorithm();
        if (!algorithm.equals("EC") && !algorithm.equals("RSA")) {
            throw new IOException(
                    "the certificate in " + certificates + " has a key of type " + algorithm + "; use EC or RSA");
        }
        try {
            PrivateKey privateKey = KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(withCurve(keyInfo, chain.get(0))));
            requirePair(chain.get(0), privateKey, algorithm);
            return new ServerIdentity(chain, privateKey);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the private key in " + key + " does not belong to the " + algorithm + " certificate in "
                            + certificates + "; give the key the certificate was made for",
                    e);
        }
    }

    /** A traditional EC key may leave out its curve; the certificate has it. */
    private static byte[] withCurve(PrivateKeyInfo key, X509Certificate leaf) throws IOException {
        if (key.getPrivateKeyAlgorithm().getParameters() != null) {
            return key.getEncoded();
        }
        AlgorithmIdentifier algorithm = SubjectPublicKeyInfo.getInstance(
                        leaf.getPublicKey().getEncoded())
                .getAlgorithm();
        return new PrivateKeyInfo(algorithm, key.parsePrivateKey()).getEncoded();
    }

    private static void requirePair(X509Certificate leaf, PrivateKey key, String algorithm)
            throws GeneralSecurityException {
        byte[] probe = leaf.getEncoded();
        Signature signature = Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(leaf.getPublicKey());
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("a signature of the key fails under the certificate");
        }
    }

    /** Writes both files; only the owner may read the key file, from its first byte on. */
    public void writePem(Path certificates, Path key) throws IOException {
        try {
            StringBuilder text = new StringBuilder();
            for (X509Certificate certificate : chain) {
                text.append(PemFiles.armor("CERTIFICATE", certificate.getEncoded()));
            }
            PemFiles.writePrivate(key, PemFiles.armor("PRIVATE KEY", this.key.getEncoded()));
            Files.writeString(certificates, text);
        } catch (CertificateEncodingException e) {
            throw new IOException("the certificate for " + certificates + " cannot be encoded", e);
        }
    }

    /** {@code sha256:} and 64 hex digits, of the server's own certificate. */
    public String fingerprint() {
        return fingerprint(chain.get(0));
    }

    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate has no DER form", e);
        }
    }

    List<X509Certificate> chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    @Override
    public String toString() {
        return "ServerIdentity[" + fingerprint() + "]";
    }
}
