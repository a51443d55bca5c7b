package io.parcelnode.proto;

/** The server's certificate is not trusted; neither a token nor a file name was sent to it. */
public final class UntrustedServerException extends SessionException {
    private final String fingerprint;

    public UntrustedServerException(String message, String fingerprint) {
        super(message);
        this.fingerprint = fingerprint;
    }

    public UntrustedServerException(String message, String fingerprint, Throwable cause) {
        super(message, cause);
        this.fingerprint = fingerprint;
    }

    /** Of the certificate that the server showed, as {@link ServerIdentity#fingerprint()} prints it. */
    public String fingerprint() {
        return fingerprint;
    }
}
