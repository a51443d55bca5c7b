package io.parcelnode.proto;

import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;

/** What both sides of the handshake leave behind. */
final class TlsSide {
    static final ProtocolName PROTOCOL = ProtocolName.asUtf8Encoding(Limits.PROTOCOL_NAME);

    byte[] clientSecret;
    byte[] serverSecret;
    /** Why this side refused, when an alert alone would not say it. */
    SessionException refusal;

    static Vector<ProtocolName> protocolNames() {
        Vector<ProtocolName> names = new Vector<>();
        names.add(PROTOCOL);
        return names;
    }

    /** The engine exports only while it reports that the handshake is complete. */
    void complete(TlsContext context) throws TlsFatalAlert {
        ProtocolName agreed = context.getSecurityParametersConnection().getApplicationProtocol();
        if (!PROTOCOL.equals(agreed)) {
            refusal = new SessionException("the peer did not agree to the protocol " + Limits.PROTOCOL_NAME
                    + " in the TLS handshake; it is no Parcel peer, or of another version");
            throw new TlsFatalAlert(AlertDescription.no_application_protocol);
        }
        clientSecret =
                context.exportKeyingMaterial(DirectionKeys.LABEL_CLIENT, new byte[0], DirectionKeys.SECRET_BYTES);
        serverSecret =
                context.exportKeyingMaterial(DirectionKeys.LABEL_SERVER, new byte[0], DirectionKeys.SECRET_BYTES);
    }
}
