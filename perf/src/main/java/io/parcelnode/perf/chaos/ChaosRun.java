package io.parcelnode.perf.chaos;

import io.parcelnode.perf.chaos.ChaosPlan.Attempt;
import io.parcelnode.perf.chaos.ChaosPlan.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Carries out one plan and looks for what must never be. Used by one thread. */
final class ChaosRun {
    /** Most, also on a machine that has no time for them. */
    private static final int ATTEMPTS_MAX = 10;

    private final ChaosPlan plan;
    private final ClientLauncher launcher;
    private final CampaignLedger ledger;
    private final Path home;
    private final ChaosTokens tokens;
    private final PartDamage partDamage;
    private final FinishedDamage finishedDamage;
    private final List<String> violations = new ArrayList<>();
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private final Map<Integer, Integer> exitCodes = new TreeMap<>();
    private int attempts;
    private boolean recheck;

    ChaosRun(ChaosPlan plan, ClientLauncher launcher, CampaignLedger ledger, Path home) throws IOException {
        this.plan = plan;
        this.launcher = launcher;
        this.ledger = ledger;
        this.home = home;
        tokens = new ChaosTokens(plan.tokenWay(), Files.createDirectories(home.resolve("token")), plan.seed());
        partDamage = new PartDamage(new SplittableRandom(~plan.seed()));
        finishedDamage = new FinishedDamage(new SplittableRandom(~plan.seed()));
    }

    ChaosResult run() throws IOException, InterruptedException {
        EndpointContents contents = new EndpointContents(plan.sizeBytes(), plan.seed());
        // The old version stays until the new one is complete.
        long diskBytes = (plan.items().contains(Item.LARGE_TWIN) ? 4L : 2L) * plan.sizeBytes() + (24 << 20);
        List<Long> killCosts;
        long fetchedTwiceMaxBytes;
        try (ChaosEndpoint endpoint = new ChaosEndpoint(contents, tokens, plan.tellsDigests(), plan.seed());
                ChaosServer server = new ChaosServer(endpoint.url(), plan.seed(), ledger.listeners());
                SmallDisk disk = new SmallDisk(home.resolve("target"), diskBytes)) {
            TargetFolder target = new TargetFolder(disk.folder(), contents);
            ChaosSite site = new ChaosSite(plan, launcher, home, contents, tokens, endpoint, server, disk, target);
            KillCosts costs = new KillCosts(site, violations);
            carryOut(site, costs);
            requireNoTokens();
            if (!violations.isEmpty()) {
                keep(disk);
            }
            killCosts = costs.costs();
            fetchedTwiceMaxBytes = costs.fetchedTwiceMaxBytes();
        }
        return new ChaosResult(plan, happened, exitCodes, attempts, killCosts, fetchedTwiceMaxBytes, violations);
    }

    private void carryOut(ChaosSite site, KillCosts costs) throws IOException, InterruptedException {
        ChaosJudge judge = new ChaosJudge(site, finishedDamage, violations);
        Order fedBack = null;
        boolean nothingIsMissing = false;
        for (Attempt planned : plan.attempts()) {
            ChaosAttempt attempt = attempt(site, planned, fedBack, judge, costs);
            if (attempt == null) {
                return;
            }
            boolean complete = site.target().isAllThere(plan.items());
            boolean damaged = damageParts(planned, site.target());
            if (damaged) {
                costs.onDamage();
            }
            damaged |= damageFinished(planned, site.target());
            nothingIsMissing = complete && !damaged;
            if (nothingIsMissing) {
                break; // Nothing is left that could go wrong.
            }
            fedBack = fedBack(planned, attempt);
        }
        ChaosAttempt last;
        do {
            last = attempt(site, Attempt.QUIET, null, judge, costs);
        } while (last != null && last.isExcused() && attempts < ATTEMPTS_MAX);
        if (last == null) {
            return;
        }
        if (nothingIsMissing) {
            judge.requireNothingFetched(last);
        }
        if (!site.target().isAllThere(plan.items())) {
            violations.add("the last attempt, without faults, did not bring the files");
        }
        List<Path> left = site.target().unfinished().stream()
                .filter(file -> !isOfNamesake(file))
                .toList();
        if (!left.isEmpty()) {
            violations.add("the last attempt left " + left);
        }
    }

    /** Of two files of one name, which one gets it may change between attempts; what was begun of the other stays then. */
    private static boolean isOfNamesake(Path part) {
        String name = part.getFileName().toString();
        return name.startsWith(Item.NAME_OF_BOTH)
                || name.startsWith(Item.NAMESAKE.id())
                || name.startsWith(Item.OTHER_NAMESAKE.id());
    }

    /** Returns null if nothing can be said of later ones. */
    private ChaosAttempt attempt(ChaosSite site, Attempt planned, Order fedBack, ChaosJudge judge, KillCosts costs)
            throws IOException, InterruptedException {
        attempts++;
        Order order =
                fedBack == null ? Order.all(plan, site.contents(), home.resolve(attempts + ".manifest")) : fedBack;
        ChaosAttempt attempt = new ChaosAttempt(site, planned, order, attempts, recheck);
        if (!attempt.carryOut()) {
            violations.add("a client did not end within " + ChaosAttempt.MAX_SECONDS + " s");
            return null;
        }
        attempt.happened().forEach((fault, times) -> happened.merge(fault, times, Integer::sum));
        attempt.clients().forEach(client -> exitCodes.merge(client.exitCode(), 1, Integer::sum));
        judge.judge(attempt);
        costs.onAttempt(attempt);
        return attempt;
    }

    private boolean damageParts(Attempt attempt, TargetFolder target) throws IOException {
        boolean damaged = attempt.has(Fault.FLIP_BYTE) && count(Fault.FLIP_BYTE, partDamage.flip(target.part()));
        damaged |= attempt.has(Fault.CUT_JOURNAL) && count(Fault.CUT_JOURNAL, partDamage.cut(target.journal()));
        damaged |= attempt.has(Fault.CUT_PART) && count(Fault.CUT_PART, partDamage.cut(target.part()));
        return damaged;
    }

    private boolean damageFinished(Attempt attempt, TargetFolder target) throws IOException {
        boolean damaged = false;
        for (Event event : attempt.events()) {
            boolean now = finishedDamage.happen(event.fault(), target.finished());
            damaged |= now && count(event.fault(), true);
            recheck |= now && event.fault() == Fault.FINISHED_ROTTEN;
        }
        return damaged;
    }

    /** What the next attempt is for, null for everything. */
    private Order fedBack(Attempt planned, ChaosAttempt attempt) throws IOException {
        Path failed = attempt.clients().get(0).failed();
        boolean possible = planned.has(Fault.FED_BACK)
                && Files.exists(failed)
                && !Order.idsIn(failed).isEmpty();
        return count(Fault.FED_BACK, possible) ? attempt.order().fedBack(failed) : null;
    }

    private boolean count(Fault fault, boolean hasHappened) {
        if (hasHappened) {
            happened.merge(fault, 1, Integer::sum);
        }
        return hasHappened;
    }

    private void requireNoTokens() throws IOException {
        List<Path> files = new ArrayList<>(TokenSearch.in(home, tokens.mark(), tokens.file()));
        files.addAll(ledger.filesWith(tokens.mark()));
        if (!files.isEmpty()) {
            violations.add("A TOKEN stands in " + files);
        }
        List<String> logged = ServerLogTrap.caught(tokens.mark());
        if (!logged.isEmpty()) {
            violations.add("A TOKEN stands in the server's log: " + logged.get(0));
        }
    }

    /** The disk vanishes; what shows how it went wrong must not. */
    private void keep(SmallDisk disk) throws IOException {
        Path kept = home.resolve("kept");
        try (var all = Files.walk(disk.folder())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path copy = kept.resolve(disk.folder().relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
