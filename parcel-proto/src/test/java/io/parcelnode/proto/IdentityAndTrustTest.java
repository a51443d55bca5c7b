package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class IdentityAndTrustTest {
    private static final Duration DAY = Duration.ofDays(1);

    /** A certificate with its key, issued by another one or by itself. */
    private record Issued(KeyPair pair, X509Certificate certificate) {
        static Issued make(String name, String keyType, Issued issuer, boolean authority, Instant until, String... sans)
                throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(keyType.startsWith("RSA") ? "RSA" : "EC");
            if (keyType.startsWith("RSA")) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec(keyType));
            }
            KeyPair pair = generator.generateKeyPair();
            KeyPair signer = issuer == null ? pair : issuer.pair;
            X500Name subject = new X500Name("CN=" + name);
            X500Name issuerName = issuer == null
                    ? subject
                    : X500Name.getInstance(
                            issuer.certificate.getSubjectX500Principal().getEncoded());
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuerName,
                    new BigInteger(64, new SecureRandom()),
                    Date.from(Instant.now().minus(DAY.multipliedBy(2))),
                    Date.from(until),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (sans.length > 0) {
                GeneralName[] names = new GeneralName[sans.length];
                for (int i = 0; i < sans.length; i++) {
                    boolean address = sans[i].matches("[0-9.]+|.*:.*");
                    names[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, sans[i]);
                }
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            String algorithm = signer.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return new Issued(
                    pair,
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))));
        }

        static Issued make(String name, String keyType, Issued issuer, boolean authority, String... sans)
                throws Exception {
            return make(name, keyType, issuer, authority, Instant.now().plus(DAY), sans);
        }
    }

    private static void handshake(ServerIdentity identity, ServerTrust trust) throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        Thread serving = new Thread(() -> {
            try {
                TlsHandshake.Result result = TlsHandshake.server(pair[1], identity, Duration.ofSeconds(20));
                pair[1].write(java.nio.ByteBuffer.wrap(result.clientSecret()));
            } catch (IOException e) {
                pair[1].close();
            }
        });
        serving.setDaemon(true);
        serving.start();
        TlsHandshake.Result result = TlsHandshake.client(pair[0], trust, Duration.ofSeconds(20));
        pair[0].write(java.nio.ByteBuffer.wrap(result.unsent()));
        java.nio.ByteBuffer secret = java.nio.ByteBuffer.allocate(32);
        while (secret.hasRemaining() && pair[0].read(secret) >= 0) {
            assertTrue(secret.position() > 0);
        }
        assertArrayEquals(result.clientSecret(), secret.array());
    }

    @Test
    void aSelfSignedIdentitySurvivesItsFiles(@TempDir Path directory) throws Exception {
        ServerIdentity made = ServerIdentity.selfSigned(new SecureRandom());
        Path certificate = directory.resolve("node.crt");
        Path key = directory.resolve("node.key");
        made.writePem(certificate, key);
        made.writePem(certificate, key);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        ServerIdentity read = ServerIdentity.fromPem(certificate, key);
        assertEquals(made.fingerprint(), read.fingerprint());
        assertTrue(read.fingerprint().matches("sha256:[0-9a-f]{64}"));
        handshake(read, ServerTrust.fingerprint(made.fingerprint()));
        X509Certificate leaf = read.chain().get(0);
        assertEquals("CN=parcel-node", leaf.getSubjectX500Principal().getName());
        assertTrue(leaf.getNotAfter().toInstant().isAfter(Instant.now().plus(DAY.multipliedBy(3650))));
    }

    @ParameterizedTest
    @CsvSource({
        "secp256r1,false",
        "secp256r1,true",
        "secp384r1,false",
        "secp384r1,true",
        "secp521r1,true",
        "RSA,false",
        "RSA,true"
    })
    void chainsOfAllKeyTypesAndFormsAreServed(String keyType, boolean traditional, @TempDir Path directory)
            throws Exception {
        Issued root = Issued.make("root", "secp256r1", null, true);
        Issued middle = Issued.make("middle", "RSA", root, true);
        Issued leaf = Issued.make("leaf", keyType, middle, false, "node.example.com");
        StringWriter chain = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(chain)) {
            writer.writeObject(leaf.certificate);
            writer.writeObject(middle.certificate);
        }
        StringWriter keyText = new StringWriter();
        if (traditional) {
            try (JcaPEMWriter writer = new JcaPEMWriter(keyText)) {
                writer.writeObject(leaf.pair.getPrivate());
            }
        } else {
            keyText.write(PemFiles.armor("PRIVATE KEY", leaf.pair.getPrivate().getEncoded()));
        }
        Path certificateFile = Files.writeString(directory.resolve("chain.pem"), chain.toString());
        Path keyFile = Files.writeString(directory.resolve("key.pem"), keyText.toString());
        ServerIdentity identity = ServerIdentity.fromPem(certificateFile, keyFile);
        handshake(identity, ServerTrust.authorities(List.of(root.certificate), "node.example.com"));
        assertThrows(
                UntrustedServerException.class,
                () -> handshake(
                        identity,
                        ServerTrust.authorities(
                                List.of(Issued.make("other", "secp256r1", null, true).certificate),
                                "node.example.com")));
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused(@TempDir Path directory) throws Exception {
        Path certificate = directory.resolve("c");
        Path key = directory.resolve("k");
        ServerIdentity.selfSigned(new SecureRandom()).writePem(certificate, directory.resolve("unused"));
        ServerIdentity.selfSigned(new SecureRandom()).writePem(directory.resolve("unused2"), key);
        IOException refused = assertThrows(IOException.class, () -> ServerIdentity.fromPem(certificate, key));
        assertTrue(refused.getMessage().contains("does not belong"), refused.getMessage());
        assertThrows(IOException.class, () -> ServerIdentity.fromPem(key, certificate));
        Files.writeString(key, "hello");
        assertThrows(IOException.class, () -> ServerIdentity.fromPem(certificate, key));
    }

    @ParameterizedTest
    @CsvSource({
        "node.example.com,node.example.com,true",
        "node.example.com,NODE.Example.com.,true",
        "node.example.com,other.example.com,false",
        "*.example.com,node.example.com,true",
        "*.example.com,a.node.example.com,false",
        "*.example.com,example.com,false",
        "*.com,example.com,false",
        "192.0.2.7,192.0.2.7,true",
        "192.0.2.7,192.0.2.8,false",
        "2001:db8::1,[2001:db8:0::1],true",
        "*.0.2.7,192.0.2.7,false",
    })
    void hostNamesMustMatch(String san, String host, boolean trusted) throws Exception {
        Issued root = Issued.make("root", "secp256r1", null, true);
        // "*.0.2.7" is meant as a DNS name that looks like an address.
        Issued leaf = Issued.make("node.example.com", "secp256r1", root, false, san);
        ServerTrust trust = ServerTrust.authorities(List.of(root.certificate), host);
        if (trusted) {
            assertDoesNotThrow(() -> trust.check(List.of(leaf.certificate)));
        } else {
            assertThrows(UntrustedServerException.class, () -> trust.check(List.of(leaf.certificate)));
        }
    }

    @Test
    void expiredAndNamelessCertificatesAreRefused() throws Exception {
        Issued root = Issued.make("root", "secp256r1", null, true);
        ServerTrust trust = ServerTrust.authorities(List.of(root.certificate), "node");
        Issued expired =
                Issued.make("node", "secp256r1", root, false, Instant.now().minus(DAY), "node");
        assertThrows(UntrustedServerException.class, () -> trust.check(List.of(expired.certificate)));
        Issued nameless = Issued.make("node", "secp256r1", root, false);
        assertThrows(UntrustedServerException.class, () -> trust.check(List.of(nameless.certificate)));
        Issued pinned = Issued.make("node", "secp256r1", null, false, "node");
        ServerTrust pinnedTrust = ServerTrust.authorities(List.of(pinned.certificate), "node");
        assertDoesNotThrow(() -> pinnedTrust.check(List.of(pinned.certificate)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:00", "md5:0123", "zz"})
    void malformedFingerprintsAreRefusedAtOnce(String fingerprint) {
        assertThrows(IllegalArgumentException.class, () -> ServerTrust.fingerprint(fingerprint));
    }

    @Test
    void fingerprintsMayBeWrittenAsPeopleDo() throws Exception {
        ServerIdentity identity = TestServer.IDENTITY;
        String bare = identity.fingerprint().substring("sha256:".length());
        String colons = bare.toUpperCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:");
        for (String form : List.of(bare, colons, "SHA256:" + bare)) {
            assertDoesNotThrow(() -> ServerTrust.fingerprint(form).check(identity.chain()), form);
        }
    }
}
