package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.RemoteFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One wanted file, over as many connections as it takes. The part file and the digests stand at the same byte; a new
 * connection goes on from there as long as the server's validator is the same.
 *
 * <p>Used by one worker at a time; {@link #receivedBytes}, {@link #sizeBytes} and {@link #path} by any thread.
 */
final class Download {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int CHANGES_MAX = 5;

    private final String id;
    private long askedNs;
    private FileInfo info;
    private PartFile part;
    private MessageDigest sha256;
    private MessageDigest md5;
    private volatile long receivedBytes;
    private volatile long fetchedBytes;
    private volatile long sizeBytes = -1;
    private volatile Path path;
    private String sha256Hex;
    private int changes;

    Download(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Bytes of the file that are here. */
    long receivedBytes() {
        return receivedBytes;
    }

    /** Bytes that crossed the network for it. */
    long fetchedBytes() {
        return fetchedBytes;
    }

    /** -1 while unknown. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Where it goes, null until the server has told its name. */
    Path path() {
        return path;
    }

    String sha256Hex() {
        return sha256Hex;
    }

    void onAsked(long nowNs) {
        if (askedNs == 0) {
            askedNs = nowNs;
        }
    }

    double seconds(long nowNs) {
        return askedNs == 0 ? 0 : (nowNs - askedNs) / 1e9;
    }

    /** The validator that what is here belongs to, null if nothing is here. */
    String validator() {
        return receivedBytes == 0 ? null : info.validator();
    }

    /** True when what is here can be continued: a part without a validator could not be told from a changed file's. */
    boolean isResumable() {
        return receivedBytes > 0 && !info.validator().isEmpty();
    }

    boolean isStarted() {
        return part != null;
    }

    /** The server has answered: decides the path by {@code placement} of the name it tells. */
    void start(FileInfo told, UnaryOperator<String> nameToPath) throws IOException {
        if (part == null) {
            path = Path.of(nameToPath.apply(told.name()));
            part = PartFile.create(path);
            restart(told);
        } else if (receivedBytes > 0 && !Objects.equals(info.validator(), told.validator())) {
            restart(told);
        }
        info = told;
        sizeBytes = told.sizeBytes();
        if (sizeBytes > 0) {
            part.requireSpace(sizeBytes);
        }
    }

    /** Forgets what is here: the next request asks for all of it. */
    void restart() throws LocalDiskException {
        if (part != null) {
            restart(info);
        }
    }

    /**
     * The endpoint says that what is here belongs to an older file.
     *
     * @return true if it is worth starting again; a file that changes all the time would keep us for ever
     */
    boolean onChanged() throws LocalDiskException {
        restart();
        return ++changes <= CHANGES_MAX;
    }

    /** Reads to the end of {@code file}; each piece is counted when it is written. */
    void receive(RemoteFile file, Runnable onProgress) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (file.read(buffer.clear()) >= 0) {
            buffer.flip();
            sha256.update(buffer.array(), 0, buffer.limit());
            if (md5 != null) {
                md5.update(buffer.array(), 0, buffer.limit());
            }
            part.write(buffer);
            receivedBytes = part.positionBytes();
            fetchedBytes += buffer.limit();
            onProgress.run();
        }
    }

    /** Checks size and digests; only then does the file get its name. */
    void finish() throws IOException, DownloadFailure {
        if (sizeBytes >= 0 && receivedBytes != sizeBytes) {
            discard();
            throw new DownloadFailure(
                    ExitCode.DIGEST_MISMATCH,
                    "the server sent " + receivedBytes + " bytes of a file that has " + sizeBytes);
        }
        sha256Hex = HexFormat.of().formatHex(sha256.digest());
        requireDigest("SHA-256", info.sha256Hex(), sha256Hex);
        if (md5 != null) {
            requireDigest("MD5", info.md5Hex(), HexFormat.of().formatHex(md5.digest()));
        }
        sizeBytes = receivedBytes;
        part.finish();
        part = null;
    }

    /** Ends without a result; what was received stays as {@code .part}, if anything was. */
    void abandon() throws IOException {
        if (receivedBytes == 0) {
            discard();
        } else if (part != null) {
            part.close();
            part = null;
        }
    }

    /** Ends without a result and leaves nothing behind. */
    void discard() throws IOException {
        if (part != null) {
            part.discard();
            part = null;
        }
    }

    private void restart(FileInfo told) throws LocalDiskException {
        part.restart();
        receivedBytes = 0;
        sha256 = digest("SHA-256");
        md5 = told.md5Hex() == null ? null : digest("MD5");
    }

    private void requireDigest(String algorithm, String expected, String actual) throws IOException, DownloadFailure {
        if (expected != null && !expected.equalsIgnoreCase(actual)) {
            discard();
            throw new DownloadFailure(
                    ExitCode.DIGEST_MISMATCH,
                    "the content has " + algorithm + ' ' + actual + " but the endpoint promises " + expected);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm + " is missing from this Java runtime", e);
        }
    }
}
