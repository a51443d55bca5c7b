package io.parcelnode.perf.chaos;

import io.parcelnode.perf.chaos.ChaosPlan.Attempt;
import io.parcelnode.perf.chaos.ChaosPlan.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Carries out one attempt: starts a client or two, and lets happen what is planned until they have ended. Used by one thread. */
final class ChaosAttempt {
    /** Nobody waits so long but for a client that hangs: there have been machines on which a JVM took two minutes to start. */
    static final long MAX_SECONDS = 900;

    private static final long BLACKOUT_MS = 2_000;
    private static final long RENEWAL_MS = 1_500;
    private static final long POLL_MS = 2;
    /** Of an attempt that lacks next to nothing. */
    private static final long LACK_MIN_BYTES = 1 << 16;

    private static final double LOSS_SHARE = 0.02;
    /** An expiry waits so much longer for a client that has not heard yet that its token is good. */
    private static final double UNHEARD_SHARE = 0.3;

    /** Longer than a machine that has much else to do may leave a client or a server without time. */
    private static final String GIVE_UP_AFTER = "60s";
    /** Who has no token waits so long in vain. */
    private static final String GIVE_UP_WITHOUT_TOKEN_AFTER = "10s";

    private final ChaosSite site;
    private final Attempt attempt;
    private final Order order;
    private final int number;
    private final boolean recheck;
    private final List<ChaosClient> clients = new ArrayList<>();
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private final int versionBefore;
    private final boolean outdated;
    private final boolean nothingUnfinished;
    private boolean excused;

    /** @param number counts the attempts of a run from 1 */
    ChaosAttempt(ChaosSite site, Attempt attempt, Order order, int number, boolean recheck) throws IOException {
        this.site = site;
        this.attempt = attempt;
        this.order = order;
        this.number = number;
        this.recheck = recheck;
        versionBefore = site.contents().version(Item.LARGE);
        outdated = order.isOutdated(site.contents());
        nothingUnfinished = site.target().unfinished().isEmpty();
    }

    /** Returns false if a client did not end by itself. */
    boolean carryOut() throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        long startBytes = site.server().bytes();
        long lackBytes = lackBytes();
        site.endpoint().slow(attempt.has(Fault.TOKEN_RENEWED) || attempt.has(Fault.TOKEN_DIES));
        start();
        List<Event> left = new ArrayList<>(attempt.events().stream()
                .filter(event -> event.fault().when() == Fault.When.DURING)
                .toList());
        left.sort((one, other) -> Double.compare(one.share(), other.share()));
        while (!hasEnded(POLL_MS)) {
            if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(MAX_SECONDS)) {
                for (ChaosClient client : clients) {
                    client.kill();
                }
                return false;
            }
            double share = (double) (site.server().bytes() - startBytes) / lackBytes;
            while (!left.isEmpty() && isDue(left.get(0), share)) {
                Fault fault = left.remove(0).fault();
                if (!clients.get(0).hasEnded(0) && happen(fault)) {
                    happened.merge(fault, 1, Integer::sum);
                }
            }
        }
        calm();
        return true;
    }

    Order order() {
        return order;
    }

    List<ChaosClient> clients() {
        return clients;
    }

    Map<Fault, Integer> happened() {
        return happened;
    }

    boolean isFirst() {
        return number == 1;
    }

    boolean isQuiet() {
        return attempt.events().isEmpty();
    }

    /** It says nothing: the machine had no time for it. */
    void excuse() {
        excused = true;
    }

    boolean isExcused() {
        return excused;
    }

    /** Of the large file, when it began. */
    int versionBefore() {
        return versionBefore;
    }

    /** Whether the order promised, when it began, what the endpoint had no more. */
    boolean isOutdated() {
        return outdated;
    }

    /** Whether earlier attempts had left nothing to go on from. */
    boolean hasBegunAnew() {
        return nothingUnfinished;
    }

    private long lackBytes() throws IOException {
        long lackBytes = -Math.max(0, site.target().hereBytes());
        for (Item item : order.items()) {
            boolean comes = item.isGood() || item == Item.WRONG_LARGE;
            lackBytes += comes && !site.target().isAllThere(Set.of(item))
                    ? site.contents().sizeBytes(item)
                    : 0;
        }
        return Math.max(LACK_MIN_BYTES, lackBytes);
    }

    private void start() throws IOException {
        boolean wrong = attempt.has(Fault.TOKEN_WRONG);
        site.tokens().give(!wrong);
        List<String> arguments = new ArrayList<>(site.server().arguments());
        arguments.addAll(List.of(
                "--give-up-after", attempt.has(Fault.TOKEN_DIES) ? GIVE_UP_WITHOUT_TOKEN_AFTER : GIVE_UP_AFTER));
        arguments.addAll(site.tokens().arguments());
        arguments.addAll(List.of("--dir", site.disk().folder().toString()));
        if (attempt.tcp()) {
            arguments.addAll(List.of("--transport", "tcp"));
        }
        if (recheck) {
            arguments.add("--recheck");
        }
        arguments.addAll(order.arguments());
        boolean two = attempt.has(Fault.SECOND_CLIENT);
        for (int i = 0; i < (two ? 2 : 1); i++) {
            String name = number + (i == 0 ? "" : "-second");
            clients.add(new ChaosClient(site.launcher(), site.home(), name, arguments, attempt.verbose()));
        }
        if (wrong) {
            onAll(Fault.TOKEN_WRONG);
            happened.merge(Fault.TOKEN_WRONG, 1, Integer::sum);
        }
        if (two) {
            onAll(Fault.SECOND_CLIENT);
            happened.merge(Fault.SECOND_CLIENT, 1, Integer::sum);
        }
    }

    private boolean hasEnded(long waitMs) throws InterruptedException {
        for (ChaosClient client : clients) {
            if (!client.hasEnded(waitMs)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDue(Event event, double share) throws IOException {
        if (!event.fault().isOfExpiry() || share > event.share() + UNHEARD_SHARE) {
            return event.share() <= share;
        }
        return event.share() <= share && clients.get(0).events().isAnyServed();
    }

    /** Returns false if it does not happen. */
    private boolean happen(Fault fault) throws IOException, InterruptedException {
        ChaosServer server = site.server();
        ChaosEndpoint endpoint = site.endpoint();
        ChaosClient client = clients.get(0);
        if (fault.isOfExpiry()) {
            return !attempt.has(Fault.TOKEN_WRONG) && expire(fault);
        }
        if (fault == Fault.KILL_CLIENT) {
            client.causes().add(fault);
            client.kill();
            return true;
        }
        onAll(fault);
        switch (fault) {
            case KILL_SERVER -> server.vanishAndComeBack();
            case BLACKOUT -> {
                server.blackout(true);
                client.hasEnded(BLACKOUT_MS);
                server.blackout(false);
            }
            case LOSS -> server.loss(LOSS_SHARE);
            case ENDPOINT_ERRORS -> endpoint.errors(true);
            case ENDPOINT_BREAKS -> endpoint.breaks(true);
            case ENDPOINT_DOWN -> endpoint.down(true);
            case CHANGE -> site.contents().change();
            case FULL_DISK -> site.disk().fill();
            default -> throw new IllegalStateException(fault + " is no fault of this time");
        }
        return true;
    }

    /** A client for whom another token is there in time, must not fail for the first one. */
    private boolean expire(Fault fault) throws IOException, InterruptedException {
        boolean renewed = fault == Fault.TOKEN_RENEWED;
        for (ChaosClient client : clients) {
            awaitBeginning(client);
            boolean patient = site.tokens().canBeRenewed() && client.events().isAnyServed();
            client.causes().add(renewed && patient ? fault : Fault.TOKEN_DIES);
        }
        site.tokens().expire();
        if (renewed) {
            clients.get(0).hasEnded(RENEWAL_MS);
            site.tokens().renew();
        }
        return true;
    }

    /** A token that is not there to begin with is a mistake of whoever starts the client. */
    private static void awaitBeginning(ChaosClient client) throws IOException, InterruptedException {
        while (!client.events().isAny()) {
            if (client.hasEnded(POLL_MS)) {
                return;
            }
        }
    }

    private void onAll(Fault fault) throws IOException {
        for (ChaosClient client : clients) {
            client.causes().add(fault);
        }
    }

    private void calm() throws IOException {
        site.server().loss(0);
        site.endpoint().errors(false);
        site.endpoint().breaks(false);
        site.endpoint().down(false);
        site.endpoint().slow(false);
        site.disk().makeRoom();
    }
}
