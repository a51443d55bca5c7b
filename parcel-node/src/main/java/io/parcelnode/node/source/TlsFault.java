package io.parcelnode.node.source;

import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says in a sentence why the endpoint's TLS was not accepted. What the JDK says of it names classes, not remedies. */
final class TlsFault {
    private TlsFault() {}

    /** Null if asking again may help: a handshake that broke off, for one. */
    static RequestFailedException of(SSLException e, String host) {
        String reason = reason(e, host);
        return reason == null ? null : new RequestFailedException(FailureKind.UPSTREAM, 0, reason);
    }

    private static String reason(SSLException e, String host) {
        if (e instanceof SSLPeerUnverifiedException) {
            return "the endpoint's certificate is for another name than " + host
                    + "; give --data-server-url the name that stands in it";
        }
        if (has(e, CertificateExpiredException.class)) {
            return "the endpoint's certificate has expired; have it renewed, or check the server's clock";
        }
        if (has(e, CertificateNotYetValidException.class)) {
            return "the endpoint's certificate is not valid yet; check the server's clock";
        }
        if (has(e, CertPathBuilderException.class)) {
            return "the endpoint's certificate comes from no authority that is trusted here;"
                    + " name its authority with --upstream-ca";
        }
        if (has(e, CertificateException.class)) {
            return "the endpoint's certificate is not accepted: " + Messages.of(e);
        }
        if (String.valueOf(e.getMessage()).contains("protocol_version")) {
            return "the endpoint speaks no TLS version that Java accepts (1.2 or 1.3)";
        }
        return null;
    }

    private static boolean has(Throwable e, Class<?> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
