package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.get.FinishedFiles.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Looks at what is wanted before anybody is asked: what is here already, what can go on, what is wanted twice. */
final class Plan {
    private final RunParts run;
    private final WorkList work;
    private final Journals journals;
    private final Map<String, Download> byDigest = new HashMap<>();

    private Plan(RunParts run, WorkList work) {
        this.run = run;
        this.work = work;
        journals = new Journals(run.placement().folder());
    }

    static void make(Collection<WantedFile> wanted, RunParts run, WorkList work) {
        Plan plan = new Plan(run, work);
        // Wanted once is enough; what a manifest knows of it counts.
        Map<String, WantedFile> byId = new LinkedHashMap<>();
        for (WantedFile one : wanted) {
            byId.merge(one.id(), one, (first, second) -> first.md5() == null ? second : first);
        }
        Map<Download, JournalContent> left = new LinkedHashMap<>();
        for (WantedFile one : byId.values()) {
            Download download = new Download(one);
            String refusal = FileIds.refusal(one.id());
            if (refusal != null) {
                plan.fail(download, ExitCode.NO_SUCH_FILE, "no such file: " + refusal);
            } else if (!one.hasUsableMd5()) {
                plan.fail(download, ExitCode.DIGEST_MISMATCH, "the manifest's md5 of it is not 32 hex digits");
            } else {
                left.put(download, plan.journals.find(one.id()));
            }
        }
        // The places of earlier runs first: no new file may take one.
        left.forEach((download, journal) -> plan.claim(download.id(), journal));
        left.forEach(plan::add);
    }

    private void claim(String id, JournalContent journal) {
        if (journal != null) {
            run.placement().claim(id, journal.target());
        } else if (run.finished().lastPath(id) != null) {
            run.placement().claim(id, run.finished().lastPath(id));
        }
    }

    private void add(Download download, JournalContent journal) {
        try {
            Finished finished = run.finished().find(download.id());
            if (finished != null && run.options().recheck() && !isIntact(finished)) {
                run.reporter()
                        .note(FileIds.printable(download.id())
                                + " is not what it was when it was finished; fetching it again");
                finished = null;
            }
            WantedFile wanted = download.wanted();
            if (finished != null && finished.isNot(wanted)) {
                // Nothing to compare: it is fetched as if nothing were here, once for all ids of its content.
                run.reporter()
                        .note(FileIds.printable(download.id())
                                + " is here, but not as the manifest promises it; fetching it again");
                finished = null;
            }
            if (finished != null && isAsInManifest(wanted, finished)) {
                download.path(run.finished().path(finished));
                download.onAlready(finished.sizeBytes(), finished.sha256Hex());
                registerDigest(download);
                done(new Outcome(download, ExitCode.OK, null, 0));
                return;
            }
            download.finished(finished);
            if (journal != null && finished == null) {
                goOn(download, journal);
            }
            Download twin = wanted.md5() == null ? null : registerDigest(download);
            if (twin == null || finished != null || download.large() != null) {
                work.add(download);
            } else {
                work.addTwin(twin, download);
            }
        } catch (LocalDiskException e) {
            fail(download, ExitCode.LOCAL_DISK, Messages.of(e));
        } catch (IOException e) {
            fail(download, ExitCode.LOCAL_DISK, "cannot read what is here of it: " + Messages.of(e));
        }
    }

    private void goOn(Download download, JournalContent journal) throws IOException {
        if (run.options().dryRun()) {
            download.onHere(
                    journal.pieces().stream().mapToLong(Piece::lengthBytes).sum());
            return;
        }
        run.placement().requireInside(journal.target());
        download.large(LargeFile.resume(journal, run.disk()));
        run.reporter().resuming(download);
    }

    /** The first of the same content, null if this is the first. */
    private Download registerDigest(Download download) {
        WantedFile wanted = download.wanted();
        return byDigest.putIfAbsent(wanted.md5() + ' ' + wanted.sizeBytes(), download);
    }

    /** Then the content is what is wanted, whatever the endpoint has by now. */
    private static boolean isAsInManifest(WantedFile wanted, Finished finished) {
        return wanted.md5() != null
                && finished.hasMd5(wanted.md5())
                && (wanted.sizeBytes() < 0 || wanted.sizeBytes() == finished.sizeBytes());
    }

    private boolean isIntact(Finished finished) throws IOException {
        Path path = run.finished().path(finished);
        return FileDigests.ofFile(path, false, () -> {}).sha256Hex().equals(finished.sha256Hex());
    }

    private void fail(Download download, ExitCode code, String reason) {
        done(new Outcome(download, code, reason, 0));
    }

    private void done(Outcome outcome) {
        work.done(outcome);
        run.reporter().done(outcome);
    }
}
