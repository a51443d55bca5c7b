package io.parcelnode.node.testing;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/** A certificate and its key as an operator would bring them, made with the JDK's own tool. */
public record PemFiles(String certificate, String key) {
    private static final String PASSWORD = "changeit";

    public static PemFiles create(Path folder) throws Exception {
        Path store = Files.createTempDirectory(folder, "pem").resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=test",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
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
        return new PemFiles(certificate.toString(), key.toString());
    }

    private static void write(Path file, String kind, byte[] content) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
