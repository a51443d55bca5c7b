package io.parcelnode.node.get;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is still wanted, what is being downloaded, and how the rest ended. Thread-safe. */
final class WorkList {
    private final ArrayDeque<Download> wanted = new ArrayDeque<>();
    private final Set<Download> active = new LinkedHashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long fetchedOfDoneBytes;

    synchronized void add(Download download) {
        wanted.add(download);
    }

    /** Wanted as well, and of the same content: it waits for {@code first}, or is linked to it if that is done. */
    synchronized void addTwin(Download first, Download twin) {
        boolean done = !wanted.contains(first) && !active.contains(first);
        if (!done) {
            first.twins().add(twin);
            return;
        }
        if (first.isAlready()) {
            twin.twin(first);
        }
        wanted.add(twin);
    }

    synchronized boolean isEmpty() {
        return wanted.isEmpty() && active.isEmpty();
    }

    /** Whether {@link #take} would have something. */
    synchronized boolean isAnyWanted() {
        return !wanted.isEmpty();
    }

    /** The next one to open, null if there is none. */
    synchronized Download take() {
        Download download = wanted.poll();
        if (download != null) {
            active.add(download);
        }
        return download;
    }

    /** It was not finished; it comes next again. */
    synchronized void putBack(Download download) {
        active.remove(download);
        wanted.addFirst(download);
    }

    /** Everything that is not done, also what waits for a file of the same content. */
    synchronized List<Download> takeAll() {
        List<Download> all = new ArrayList<>();
        List<Download> first = new ArrayList<>(active);
        first.addAll(wanted);
        for (Download download : first) {
            all.add(download);
            all.addAll(download.twins());
            download.twins().clear();
        }
        active.clear();
        wanted.clear();
        return all;
    }

    /** What waited for this file is linked to it, or the next of them is fetched in its place. */
    synchronized void done(Outcome outcome) {
        Download download = outcome.download();
        active.remove(download);
        outcomes.add(outcome);
        fetchedOfDoneBytes += download.fetchedBytes() + 1; // An empty file is progress as well.
        List<Download> twins = List.copyOf(download.twins());
        download.twins().clear();
        if (twins.isEmpty()) {
            return;
        }
        if (outcome.isOk() && download.path() != null) {
            twins.forEach(twin -> twin.twin(download));
            wanted.addAll(twins);
        } else {
            Download next = twins.get(0);
            next.twins().addAll(twins.subList(1, twins.size()));
            wanted.addFirst(next);
        }
    }

    synchronized Collection<Download> active() {
        return List.copyOf(active);
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** Files of the run, whatever their state. */
    synchronized int files() {
        int files = active.size() + wanted.size() + outcomes.size();
        for (Download download : active) {
            files += download.twins().size();
        }
        for (Download download : wanted) {
            files += download.twins().size();
        }
        return files;
    }

    /** Of files whose size is known: what is still to come. */
    synchronized long leftBytes() {
        long sum = 0;
        for (Download download : active) {
            sum += Math.max(0, download.sizeBytes() - download.receivedBytes());
        }
        for (Download download : wanted) {
            sum += Math.max(0, download.sizeBytes() - download.receivedBytes());
        }
        return sum;
    }

    /** Bytes received for all files so far; grows with progress. */
    synchronized long fetchedBytes() {
        long sum = fetchedOfDoneBytes;
        for (Download download : active) {
            sum += download.fetchedBytes();
        }
        for (Download download : wanted) {
            sum += download.fetchedBytes();
        }
        return sum;
    }
}
