package io.parcelnode.node.testing;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Speaks no HTTP: says back what a header has said. */
public final class GarbledEndpoint implements Closeable {
    private final ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String header;

    public GarbledEndpoint(String header) throws IOException {
        this.header = header.toLowerCase(Locale.ROOT) + ": ";
        Thread thread = new Thread(this::answerAll, "garbled");
        thread.setDaemon(true);
        thread.start();
    }

    public String url() {
        return "http://127.0.0.1:" + port.getLocalPort() + "/data";
    }

    @Override
    public void close() throws IOException {
        port.close();
    }

    private void answerAll() {
        while (!port.isClosed()) {
            try (Socket client = port.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                String said = "nothing";
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    if (line.toLowerCase(Locale.ROOT).startsWith(header)) {
                        said = line.substring(header.length());
                    }
                    if (line.charAt(0) < ' ') {
                        break; // The hello of TLS.
                    }
                }
                client.getOutputStream().write((said + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                continue; // That client has gone, or the test is over.
            }
        }
    }
}
