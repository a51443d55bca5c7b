package io.parcelnode.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerContext;
import org.bouncycastle.tls.TlsServerProtocol;

/** A TLS 1.3 server with the trusted certificate that knows nothing of our protocol. */
final class NoProtocolServer extends DefaultTlsServer {
    private final TlsServerSide real = new TlsServerSide(TestServer.IDENTITY);

    private NoProtocolServer() {
        super(new org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto(new java.security.SecureRandom()));
    }

    static void run(ByteChannel channel) throws IOException {
        TlsServerProtocol protocol = new TlsServerProtocol();
        protocol.accept(new NoProtocolServer());
        ByteBuffer input = ByteBuffer.allocate(16 * 1024);
        while (channel.read(input.clear()) >= 0) {
            protocol.offerInput(input.array(), 0, input.position());
            byte[] output = new byte[protocol.getAvailableOutputBytes()];
            protocol.readOutput(output, 0, output.length);
            channel.write(ByteBuffer.wrap(output));
        }
    }

    @Override
    public void init(TlsServerContext newContext) {
        super.init(newContext);
        real.init(newContext);
    }

    @Override
    public ProtocolVersion[] getProtocolVersions() {
        return ProtocolVersion.TLSv13.only();
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        return real.getCredentials();
    }
}
