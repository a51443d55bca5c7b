package io.parcelnode.node.testing;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A certificate and its key as an operator would bring them, made with the JDK's own tool. */
public record PemFiles(String certificate, String key, KeyStore keyStore) {
    /** Of {@link #keyStore}. */
    public static final String PASSWORD = "changeit";

    public static PemFiles create(Path folder) throws Exception {
        return create(folder, "SAN=dns:test");
    }

    /** @param extension of the certificate, as keytool takes it */
    public static PemFiles create(Path folder, String extension) throws Exception {
        Path store = Files.createTempDirectory(folder, "pem").resolve("store.p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=test",
                "-ext",
                extension,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new AssertionError("keytool failed with exit code " + keytool.exitValue());
        }
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD.toCharArray());
        }
        Path certificate = store.resolveSibling("cert.pem");
        Path key = store.resolveSibling("key.pem");
        write(certificate, "CERTIFICATE", loaded.getCertificate("server").getEncoded());
        write(
                key,
                "PRIVATE KEY",
                loaded.getKey("server", PASSWORD.toCharArray()).getEncoded());
        return new PemFiles(certificate.toString(), key.toString(), loaded);
    }

    private static void write(Path file, String kind, byte[] content) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
