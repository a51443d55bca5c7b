package io.parcelnode.proto;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A server's certificate chain and private key. Immutable. */
public final class ServerIdentity {
    private static final X500Name NAME = new X500Name("CN=parcel-node");
    private static final Duration LIFETIME = Duration.ofDays(3_652);
    private static final int SERIAL_BITS = 120;

    private final List<X509Certificate> chain;
    private final PrivateKeyInfo key;

    private ServerIdentity(List<X509Certificate> chain, PrivateKeyInfo key) {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    /** A new P-256 key with a certificate of its own, good for ten years. Clients know it by its fingerprint. */
    public static ServerIdentity selfSigned(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            Instant now = Instant.now();
            X509CertificateHolder certificate = new JcaX509v3CertificateBuilder(
                            NAME,
                            new BigInteger(SERIAL_BITS, random).setBit(0),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(LIFETIME)),
                            NAME,
                            pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return new ServerIdentity(List.of(convert(certificate)), infoOf(pair.getPrivate()));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this Java runtime cannot make a P-256 certificate", e);
        }
    }

    /**
     * @param certificate PEM, the server's own first, intermediate ones after it
     * @param key PEM, EC or RSA, without a password
     */
    public static ServerIdentity fromPem(Path certificate, Path key) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Object part : readPem(certificate)) {
            if (part instanceof X509CertificateHolder holder) {
                chain.add(convertRead(holder, certificate));
            }
        }
        if (chain.isEmpty()) {
            throw new IOException(certificate + " contains no certificate in PEM form");
        }
        for (Object part : readPem(key)) {
            PrivateKeyInfo info = part instanceof PEMKeyPair pair
                    ? pair.getPrivateKeyInfo()
                    : part instanceof PrivateKeyInfo plain ? plain : null;
            if (info != null) {
                return checked(new ServerIdentity(chain, info), key);
            }
        }
        throw new IOException(key + " contains no private key in PEM form without a password");
    }

    /** Writes both files; only the owner may read the key. */
    public void writePem(Path certificateFile, Path keyFile) throws IOException {
        StringWriter certificates = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(certificates)) {
            for (X509Certificate certificate : chain) {
                writer.writeObject(certificate);
            }
        }
        StringWriter keyText = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(keyText)) {
            // PKCS#8 as it is: the writer's own choice, the older EC form, loses the curve.
            writer.writeObject(new PemObject("PRIVATE KEY", key.getEncoded()));
        }
        writePrivately(keyFile, keyText.toString());
        Files.writeString(certificateFile, certificates.toString());
    }

    /** {@code sha256:} and the 64 hex digits of the digest of the server's own certificate. */
    public String fingerprint() {
        return fingerprint(chain.get(0));
    }

    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot take the SHA-256 of a certificate", e);
        }
    }

    List<X509Certificate> chain() {
        return chain;
    }

    PrivateKeyInfo key() {
        return key;
    }

    private static ServerIdentity checked(ServerIdentity identity, Path key) throws IOException {
        try {
            ServerCredentials.requireMatch(identity);
            return identity;
        } catch (RuntimeException e) {
            // The parser of keys throws whatever a missing part leads to.
            throw new IOException(key + " contains a private key that cannot be used: " + e.getMessage(), e);
        }
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "key", ".tmp");
        if (Files.getFileStore(fresh).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<Object> readPem(Path file) throws IOException {
        List<Object> parts = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(reader)) {
            Object part;
            while ((part = parser.readObject()) != null) {
                parts.add(part);
            }
        } catch (PEMException | IllegalArgumentException e) {
            throw new IOException(file + " is not well-formed PEM: " + e.getMessage(), e);
        }
        return parts;
    }

    private static X509Certificate convertRead(X509CertificateHolder holder, Path file) throws IOException {
        try {
            return convert(holder);
        } catch (CertificateException e) {
            throw new IOException(file + " contains a certificate that cannot be read: " + e.getMessage(), e);
        }
    }

    private static X509Certificate convert(X509CertificateHolder holder) throws CertificateException {
        return new JcaX509CertificateConverter().getCertificate(holder);
    }

    private static PrivateKeyInfo infoOf(PrivateKey key) {
        return PrivateKeyInfo.getInstance(key.getEncoded());
    }

    byte[] encodedCertificate(int index) {
        try {
            return chain.get(index).getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }
}
