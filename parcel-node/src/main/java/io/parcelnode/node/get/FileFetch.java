package io.parcelnode.node.get;

import io.parcelnode.node.cli.ByteBudget;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Units;
import io.parcelnode.node.get.Download.Ask;
import io.parcelnode.proto.ClientSession;
import io.parcelnode.proto.ContentMismatchException;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RemoteFile;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.LongSupplier;

/** Takes one file at a time from a connection to the disk. Thread-safe. */
final class FileFetch {
    private static final int BUFFER_BYTES = 1 << 18;
    /** What comes after an answer. */
    enum Next {
        DONE,
        /** Something else has to be asked for. */
        ASK_AGAIN,
        /** It is a large one: {@link #fetchLarge}. */
        FETCH_LARGE
    }

    private final RunParts run;
    private final ClientSession session;
    private final ByteBudget credit;
    private final LongSupplier roundTripNs;

    /** @param credit what the server may send ahead of all files together */
    FileFetch(RunParts run, ClientSession session, ByteBudget credit, LongSupplier roundTripNs) {
        this.run = run;
        this.session = session;
        this.credit = credit;
        this.roundTripNs = roundTripNs;
    }

    /** Waits for the first answer, and takes all of it if the file is small. */
    Next takeAnswer(Download download, RemoteFile answer, Ask ask, String token)
            throws IOException, DownloadFailure, InterruptedException {
        long startNs = System.nanoTime();
        FileInfo info = answer.info();
        run.times().add(System.nanoTime() - startNs, answer.waitedNs(), 0, 1);
        run.onServed(token);
        ObjectIdentity identity = ObjectIdentity.of(info);
        requireAsInManifest(download.wanted(), identity);
        if (download.finished() != null) {
            return compareWithFinished(download, identity);
        }
        Path path = download.path() != null ? download.path() : run.placement().place(download.id(), info.name());
        run.placement().requireInside(path);
        download.path(path);
        download.sizeBytes(identity.sizeBytes());
        if (run.options().dryRun()) {
            run.reporter().planned(download);
            return Next.DONE;
        }
        if (download.twin() != null) {
            return link(download, identity, path);
        }
        if (isHere(download, identity, path)) {
            return Next.DONE;
        }
        boolean allAsked = ask == Ask.ALL || identity.sizeBytes() >= 0 && identity.sizeBytes() <= Download.FIRST_BYTES;
        if (!identity.isCertain() && !allAsked) {
            download.wantInOneAnswer();
            return Next.ASK_AGAIN;
        }
        if (identity.isCertain() && identity.sizeBytes() > Download.SMALL_BYTES) {
            return Next.FETCH_LARGE;
        }
        reportStarted(download);
        takeAll(download, answer, identity, path);
        return Next.DONE;
    }

    /**
     * Fetches what is missing of a large file.
     *
     * @param first the answer to the request for its beginning, null if it goes on from an earlier connection
     */
    void fetchLarge(Download download, RemoteFile first, String token)
            throws IOException, DownloadFailure, InterruptedException {
        if (download.large() == null) {
            ObjectIdentity identity = ObjectIdentity.of(first.info());
            PartFile part = PartFile.open(download.path(), run.disk());
            try {
                run.placement().requireStillFree(download.path());
                download.large(LargeFile.create(part, download.id(), identity));
            } catch (IOException e) {
                part.discardQuietly(); // Without a journal nothing in it is of any use.
                throw e;
            }
        }
        LargeFile file = download.large();
        ObjectIdentity identity = file.identity();
        requireAsInManifest(download.wanted(), identity);
        reportStarted(download);
        file.start(needsMd5(download, identity), run.onProgress(), piece -> onDamaged(download, piece));
        if (first == null && file.map().hereBytes() == identity.sizeBytes()) {
            requireUnchanged(download, identity, token);
        }
        try {
            PieceStreams streams = new PieceStreams(
                    download,
                    file,
                    session,
                    token,
                    credit,
                    roundTripNs,
                    () -> run.onServed(token),
                    run.onProgress(),
                    run.times());
            streams.fetch(first, Download.FIRST_BYTES);
        } catch (ContentMismatchException e) {
            throw new RequestFailedException(FailureKind.CHANGED, 0, e.getMessage());
        }
        FileDigests digests = file.digests();
        try {
            requireDigests(download.wanted(), identity, digests);
        } catch (DownloadFailure e) {
            download.discard();
            throw e;
        }
        long startNs = System.nanoTime();
        BasicFileAttributes attributes = file.settle();
        record(download, identity, attributes, digests.sha256Hex(), digests.md5Hex());
        file.finish();
        long settledNs = System.nanoTime() - startNs;
        run.times().add(settledNs, 0, settledNs, 1);
        download.large(null);
    }

    private Next compareWithFinished(Download download, ObjectIdentity now) throws LocalDiskException {
        FinishedFiles.Finished finished = download.finished();
        Path path = run.finished().path(finished);
        if (finished.identity().isSameAs(now)) {
            if (download.wanted().md5() == null
                    || finished.hasMd5(download.wanted().md5())) {
                download.path(path);
                download.onAlready(finished.sizeBytes(), finished.sha256Hex());
                return Next.DONE;
            }
            // Nobody has compared it with the manifest's yet: it is read, and fetched again if it is not that.
            download.finished(null);
            return Next.ASK_AGAIN;
        }
        String why = now.isCertain() ? " has changed at the endpoint" : " may have changed at the endpoint";
        run.reporter().note(FileIds.printable(download.id()) + why + "; fetching it again");
        download.finished(null);
        return Next.ASK_AGAIN;
    }

    /** A file under its final name that no record of ours speaks of: somebody told its digest, so it can be compared. */
    private boolean isHere(Download download, ObjectIdentity identity, Path path) throws IOException {
        boolean known = download.wanted().md5() != null || identity.md5Hex() != null || identity.sha256Hex() != null;
        if (!known
                || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                || Files.size(path) != identity.sizeBytes()) {
            return false;
        }
        FileDigests digests;
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            digests = FileDigests.ofFile(path, needsMd5(download, identity), run.onProgress());
            requireDigests(download.wanted(), identity, digests);
        } catch (IOException e) {
            throw new LocalDiskException("read", path, e);
        } catch (DownloadFailure e) {
            return false; // It is another content; the new one takes its place when it is verified.
        }
        record(download, identity, attributes, digests.sha256Hex(), digests.md5Hex());
        download.onAlready(identity.sizeBytes(), digests.sha256Hex());
        return true;
    }

    private void takeAll(Download download, RemoteFile answer, ObjectIdentity identity, Path path)
            throws IOException, DownloadFailure, InterruptedException {
        long startNs = System.nanoTime();
        long waitedBeforeNs = answer.waitedNs();
        try (FileCredit ahead = new FileCredit(credit, SessionWorkers.CREDIT_BYTES, roundTripNs, answer::raiseCredit);
                PartFile part = PartFile.create(path, run.disk())) {
            try {
                run.placement().requireStillFree(path);
                part.requireSpace(Math.max(0, identity.sizeBytes()));
                FileDigests digests = new FileDigests(needsMd5(download, identity));
                boolean allAllowed = identity.sizeBytes() >= 0 && identity.sizeBytes() <= SessionWorkers.CREDIT_BYTES;
                if (allAllowed) {
                    answer.raiseCredit(SessionWorkers.CREDIT_BYTES);
                } else {
                    ahead.start(System.nanoTime());
                }
                long length = copy(download, answer, part, digests, ahead);
                if (identity.sizeBytes() >= 0 && length != identity.sizeBytes()) {
                    throw new DownloadFailure(
                            ExitCode.DIGEST_MISMATCH,
                            "the server sent " + length + " bytes of a file that has " + identity.sizeBytes());
                }
                requireSize(download.wanted(), length);
                requireDigests(download.wanted(), identity, digests.end());
                BasicFileAttributes attributes = part.settle(length);
                download.sizeBytes(length);
                record(download, identity, attributes, digests.sha256Hex(), digests.md5Hex());
                part.finish();
                run.folders().add(path.getParent());
            } catch (IOException | DownloadFailure e) {
                part.discard();
                download.onNothingHere();
                throw e;
            } finally {
                run.times().add(System.nanoTime() - startNs, answer.waitedNs() - waitedBeforeNs, part.blockedNs(), 1);
            }
        }
    }

    private long copy(Download download, RemoteFile answer, PartFile part, FileDigests digests, FileCredit ahead)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long at = 0;
        while (answer.read(buffer.clear()) >= 0) {
            int length = buffer.position();
            digests.update(buffer.array(), 0, length);
            part.write(buffer.flip(), at);
            at += length;
            download.onReceived(length);
            ahead.onReceived(at, System.nanoTime());
            run.onProgress().run();
        }
        return at;
    }

    /** The content is here under another id: it gets a second name, or is copied where that cannot be. */
    private Next link(Download download, ObjectIdentity identity, Path path) throws IOException {
        Download twin = download.twin();
        boolean another = identity.sha256Hex() != null && !identity.sha256Hex().equals(twin.sha256Hex());
        if (another || identity.sizeBytes() != twin.sizeBytes() || Files.size(twin.path()) != twin.sizeBytes()) {
            download.twin(null);
            return Next.ASK_AGAIN;
        }
        reportStarted(download);
        run.placement().requireStillFree(path);
        SecondName.give(twin.path(), path);
        run.folders().add(path.getParent());
        record(
                download,
                identity,
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS),
                twin.sha256Hex(),
                download.wanted().md5());
        return Next.DONE;
    }

    /** Nothing is missing, but the endpoint may have another version by now, or may refuse the token. */
    private void requireUnchanged(Download download, ObjectIdentity identity, String token) throws IOException {
        OpenRequest request = new OpenRequest(download.id(), token, 0, 0, identity.demandedValidator());
        try (RemoteFile answer = session.open(request)) {
            if (!identity.isSameAs(ObjectIdentity.of(answer.info()))) {
                throw new RequestFailedException(FailureKind.CHANGED, 0, "the file is another one than before");
            }
            run.onServed(token);
        }
    }

    private void record(
            Download download, ObjectIdentity identity, BasicFileAttributes attributes, String sha256, String md5)
            throws LocalDiskException {
        download.sha256Hex(sha256);
        run.finished().add(download.id(), download.path(), attributes, identity, sha256, md5);
    }

    private void onDamaged(Download download, Piece piece) {
        download.onLost(piece.lengthBytes());
        run.reporter()
                .note(FileIds.printable(download.id()) + ": " + Units.describeBytes(piece.lengthBytes()) + " at byte "
                        + piece.startBytes() + " are not on the disk as they came; fetching them again");
    }

    private void reportStarted(Download download) {
        if (download.onStarted()) {
            run.reporter().started(download);
        }
    }

    private static boolean needsMd5(Download download, ObjectIdentity identity) {
        return download.wanted().md5() != null || identity.md5Hex() != null;
    }

    /** Before anything is fetched: the endpoint may already say that it has something else. */
    private static void requireAsInManifest(WantedFile wanted, ObjectIdentity identity) throws DownloadFailure {
        if (identity.sizeBytes() >= 0) {
            requireSize(wanted, identity.sizeBytes());
        }
        if (identity.md5Hex() != null
                && wanted.md5() != null
                && !identity.md5Hex().equals(wanted.md5())) {
            throw new DownloadFailure(
                    ExitCode.DIGEST_MISMATCH,
                    "the manifest promises MD5 " + wanted.md5() + " but the endpoint has " + identity.md5Hex());
        }
    }

    private static void requireSize(WantedFile wanted, long sizeBytes) throws DownloadFailure {
        if (wanted.sizeBytes() >= 0 && wanted.sizeBytes() != sizeBytes) {
            throw new DownloadFailure(
                    ExitCode.DIGEST_MISMATCH,
                    "the manifest promises " + wanted.sizeBytes() + " bytes but the endpoint has " + sizeBytes);
        }
    }

    private static void requireDigests(WantedFile wanted, ObjectIdentity identity, FileDigests digests)
            throws DownloadFailure {
        requireDigest("SHA-256", "endpoint", identity.sha256Hex(), digests.sha256Hex());
        requireDigest("MD5", "endpoint", identity.md5Hex(), digests.md5Hex());
        requireDigest("MD5", "manifest", wanted.md5(), digests.md5Hex());
    }

    private static void requireDigest(String algorithm, String who, String expected, String actual)
            throws DownloadFailure {
        if (expected != null && !expected.equals(actual)) {
            throw new DownloadFailure(
                    ExitCode.DIGEST_MISMATCH,
                    "the content has " + algorithm + ' ' + actual + " but the " + who + " promises " + expected
                            + "; it came from the server as it is");
        }
    }
}
