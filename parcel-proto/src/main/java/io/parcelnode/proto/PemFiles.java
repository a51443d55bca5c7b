package io.parcelnode.proto;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** Certificates and keys as the text files that every other tool reads and writes. */
final class PemFiles {
    private static final int LINE_LENGTH = 64;

    private PemFiles() {}

    static List<X509Certificate> readCertificates(Path path) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(path);
                PEMParser parser = new PEMParser(reader)) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
                if (item instanceof X509CertificateHolder holder) {
                    chain.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
                }
            }
        } catch (CertificateException | PEMException e) {
            throw new IOException("a certificate in " + path + " cannot be read: " + e.getMessage(), e);
        }
        if (chain.isEmpty()) {
            throw new IOException(path + " holds no certificate; expected PEM text with BEGIN CERTIFICATE");
        }
        return chain;
    }

    /** The first private key of the file. */
    static PrivateKeyInfo readPrivateKey(Path path) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(path);
                PEMParser parser = new PEMParser(reader)) {
            for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
                if (item instanceof PrivateKeyInfo info) {
                    return info;
                }
                if (item instanceof PEMKeyPair pair) {
                    return pair.getPrivateKeyInfo();
                }
            }
        } catch (PEMException e) {
            throw new IOException("the private key in " + path + " cannot be read; is the file damaged?", e);
        }
        throw new IOException(path + " holds no plain private key; expected PEM text with BEGIN PRIVATE KEY,"
                + " BEGIN EC PRIVATE KEY or BEGIN RSA PRIVATE KEY (decrypt an encrypted key first)");
    }

    static String armor(String type, byte[] der) {
        Base64.Encoder encoder = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'});
        return "-----BEGIN " + type + "-----\n" + encoder.encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** Creates the file with its permissions, for a file that is narrowed later could be read in between. */
    static void writePrivate(Path path, String text) throws IOException {
        Files.deleteIfExists(path);
        boolean posix = path.toAbsolutePath()
                .getFileSystem()
                .supportedFileAttributeViews()
                .contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            var bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
}
