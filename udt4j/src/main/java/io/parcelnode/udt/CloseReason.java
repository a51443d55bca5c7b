package io.parcelnode.udt;

/** Why a connection ended. */
public enum CloseReason {
    /** This side closed it. */
    LOCAL_CLOSE("closed here"),
    /** This side closed it, and data was still unacknowledged when {@link UdtOptions#lingerTimeout()} was over. */
    LINGER_EXPIRED("closed here before the peer had acknowledged everything"),
    /** The peer sent a Shutdown. */
    PEER_SHUTDOWN("closed by the peer"),
    /** Nothing was heard from the peer for {@link UdtOptions#peerTimeout()}. */
    PEER_SILENT("nothing heard from the peer"),
    /** No handshake reply within {@link UdtOptions#connectTimeout()}. */
    CONNECT_TIMEOUT("no handshake reply"),
    /** The listener answered with a refusal (request type 1002). */
    REFUSED("refused by the listener"),
    /** The reply does not fit the request: version, socket type, initial sequence number, MSS or window. */
    PROTOCOL_MISMATCH("the reply does not fit the request"),
    /** Small packets pass, full-size ones vanish: the path carries less than the MSS agreed on. */
    PATH_MTU("full-size datagrams vanish on this path; use a smaller mtuBytes");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    /** A phrase for messages. */
    public String text() {
        return text;
    }
}
