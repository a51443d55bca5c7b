package io.parcelnode.udt.engine;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks the cookies that prove a client receives at the address it sends from, without keeping state.
 *
 * <p>libudt's cookie has no secret and dies at each full minute. This one is a keyed hash over address, port, socket
 * ID and initial sequence number under a random key that changes every minute; the previous key still counts, so a
 * cookie is good for one to two minutes. Owned by one thread.
 */
final class CookieKeys {
    private static final long PERIOD_NS = 60_000_000_000L;
    private static final int KEY_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final RandomGenerator random;
    private final ByteBuffer text = ByteBuffer.allocate(16 + 12);
    private Mac current;
    private Mac previous;
    private long changeNs;

    CookieKeys(long nowNs, RandomGenerator random) {
        this.random = random;
        current = newKey();
        previous = newKey();
        changeNs = nowNs + PERIOD_NS;
    }

    int make(long nowNs, byte[] address, int port, int socketId, int initialSequence) {
        rotate(nowNs);
        return hash(current, address, port, socketId, initialSequence);
    }

    boolean matches(long nowNs, int cookie, byte[] address, int port, int socketId, int initialSequence) {
        rotate(nowNs);
        return cookie == hash(current, address, port, socketId, initialSequence)
                || cookie == hash(previous, address, port, socketId, initialSequence);
    }

    private void rotate(long nowNs) {
        if (nowNs < changeNs) {
            return;
        }
        // After a long sleep the key before last is too old as well.
        previous = nowNs < changeNs + PERIOD_NS ? current : newKey();
        current = newKey();
        changeNs = nowNs + PERIOD_NS;
    }

    private int hash(Mac mac, byte[] address, int port, int socketId, int initialSequence) {
        text.clear()
                .put(address)
                .putInt(port)
                .putInt(socketId)
                .putInt(initialSequence)
                .flip();
        mac.update(text);
        return ByteBuffer.wrap(mac.doFinal()).getInt();
    }

    private Mac newKey() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is missing from this Java runtime", e);
        }
    }
}
