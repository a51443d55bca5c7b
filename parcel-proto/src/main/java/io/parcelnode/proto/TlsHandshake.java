package io.parcelnode.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;

/**
 * Runs the TLS 1.3 handshake, after which TLS is left behind and only its two exported secrets go on.
 *
 * <p>The engine is given one record at a time and none after it is done, because the bytes behind Finished are sealed
 * frames that it must not see. Neither side sends anything of TLS after that: no session tickets, no close_notify.
 */
final class TlsHandshake {
    private static final int RECORD_BODY_BYTES_MAX = 16 * 1024 + 256;
    private static final int HANDSHAKE_BYTES_MAX = 256 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;

    /** @param unsent the end of the handshake that is still to be written, in one piece with the first frames */
    record Result(byte[] clientSecret, byte[] serverSecret, byte[] unsent, ByteBuffer leftover) {}

    private final ByteChannel channel;
    private final TlsProtocol protocol;
    private final TlsSide side;
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private int bytesRead;

    private TlsHandshake(ByteChannel channel, TlsProtocol protocol, TlsSide side) {
        this.channel = channel;
        this.protocol = protocol;
        this.side = side;
    }

    static Result client(ByteChannel channel, ServerTrust trust, Duration timeout) throws IOException {
        TlsClientSide side = new TlsClientSide(trust);
        TlsClientProtocol protocol = new TlsClientProtocol();
        return new TlsHandshake(channel, protocol, side.state).run(() -> protocol.connect(side), timeout);
    }

    static Result server(ByteChannel channel, ServerIdentity identity, Duration timeout) throws IOException {
        TlsServerSide side = new TlsServerSide(identity);
        TlsServerProtocol protocol = new TlsServerProtocol();
        return new TlsHandshake(channel, protocol, side.state).run(() -> protocol.accept(side), timeout);
    }

    private interface Begin {
        void run() throws IOException;
    }

    private Result run(Begin begin, Duration timeout) throws IOException {
        Watchdog watchdog = new Watchdog(channel, timeout, "parcel-handshake-watchdog");
        try {
            begin.run();
            while (side.clientSecret == null) {
                write(output());
                byte[] record = readRecord();
                protocol.offerInput(record, 0, record.length);
            }
            return new Result(side.clientSecret, side.serverSecret, output(), input);
        } catch (IOException | RuntimeException e) {
            IOException failure = explain(e, watchdog.hasBitten(), timeout);
            try {
                // The peer learns from the alert why nothing follows.
                write(output());
            } catch (IOException | RuntimeException unsent) {
                failure.addSuppressed(unsent);
            }
            try {
                channel.close();
            } catch (IOException unclosed) {
                failure.addSuppressed(unclosed);
            }
            throw failure;
        } finally {
            watchdog.callOff();
        }
    }

    private IOException explain(Exception e, boolean late, Duration timeout) {
        if (late) {
            return new SessionException(
                    "the TLS handshake was not finished within " + timeout.toMillis()
                            + " ms; the peer is too slow, or does not speak " + Limits.PROTOCOL_NAME,
                    e);
        }
        if (side.refusal != null) {
            return side.refusal;
        }
        if (e instanceof TlsFatalAlertReceived received) {
            return new SessionException(
                    "the peer ended the TLS handshake with the alert "
                            + AlertDescription.getText(received.getAlertDescription()),
                    e);
        }
        if (e instanceof TlsFatalAlert alert) {
            return new SessionException(
                    "the TLS 1.3 handshake for " + Limits.PROTOCOL_NAME + " failed: "
                            + AlertDescription.getText(alert.getAlertDescription())
                            + (alert.getMessage() == null ? "" : " (" + alert.getMessage() + ")"),
                    e);
        }
        return e instanceof SessionException already
                ? already
                : SessionException.connectionFailed("in the TLS handshake", e);
    }

    private byte[] output() {
        byte[] bytes = new byte[protocol.getAvailableOutputBytes()];
        protocol.readOutput(bytes, 0, bytes.length);
        return bytes;
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }

    private byte[] readRecord() throws IOException {
        fill(Limits.RECORD_HEADER_BYTES);
        int at = input.position();
        int bodyLength = input.getShort(at + 3) & 0xFFFF;
        // Checked here and not by the engine, so that garbage is not waited for as if it were a long record.
        if (input.get(at) < 20 || input.get(at) > 23 || input.get(at + 1) != 3 || bodyLength > RECORD_BODY_BYTES_MAX) {
            throw new SessionException("the peer sent something else than a TLS record in the handshake; does it speak "
                    + Limits.PROTOCOL_NAME + "?");
        }
        bytesRead += Limits.RECORD_HEADER_BYTES + bodyLength;
        if (bytesRead > HANDSHAKE_BYTES_MAX) {
            throw new SessionException("the peer's TLS handshake is longer than " + HANDSHAKE_BYTES_MAX + " bytes");
        }
        fill(Limits.RECORD_HEADER_BYTES + bodyLength);
        byte[] record = new byte[Limits.RECORD_HEADER_BYTES + bodyLength];
        input.get(record);
        return record;
    }

    private void fill(int bytes) throws IOException {
        if (input.remaining() >= bytes) {
            return;
        }
        input.compact();
        try {
            while (input.position() < bytes) {
                if (channel.read(input) < 0) {
                    throw new SessionException("the peer closed the connection in the TLS handshake");
                }
            }
        } finally {
            input.flip();
        }
    }
}
