package io.parcelnode.proto;

/** The server is not who it should be; nothing was sent to it. */
public final class UntrustedServerException extends SessionException {
    private static final long serialVersionUID = 1;

    private final String fingerprint;

    /** @param fingerprint of the certificate that the server showed */
    public UntrustedServerException(String message, String fingerprint) {
        super(message);
        this.fingerprint = fingerprint;
    }

    public String fingerprint() {
        return fingerprint;
    }
}
