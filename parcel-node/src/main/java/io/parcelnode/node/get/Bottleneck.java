package io.parcelnode.node.get;

import io.parcelnode.proto.ServerTimes;
import java.util.Locale;

/**
 * What a run has waited for, as shares of its files' time, and what that makes the bottleneck.
 *
 * @param network the path: its rate, its losses, its round trips, a limit
 * @param endpoint the server had nothing to send, because its endpoint (or its own disk) had not delivered
 * @param disk the local one
 * @param cpu bytes were being digested, moved or sealed, at either end
 * @param processors share of all processors of this machine that this process has kept busy
 * @param loop share of the time in which the thread that serves the UDP port had something to do
 * @param serverKnown false if the server did not tell what it waited for: then {@code network} is both
 */
record Bottleneck(
        double network, double endpoint, double disk, double cpu, double processors, double loop, boolean serverKnown) {
    /** There is nothing left that could be used. */
    private static final double PROCESSORS_BUSY = 0.85;

    private static final double LOOP_BUSY = 0.9;

    /**
     * @param wallNs how long the transfer took
     * @param server what its server has told, null for nothing
     * @return null if nothing was transferred
     */
    static Bottleneck of(FileTimes files, long wallNs, ServerTimes server, double processors, double loop) {
        double allNs = files.networkNs() + files.diskNs() + files.workNs();
        if (allNs <= 0 || wallNs <= 0) {
            return null;
        }
        double waiting = files.networkNs() / allNs;
        // A server that idles has sent what was asked for: then the round trip is what takes the time.
        double endpoint = server == null ? 0 : Math.min(waiting, server.sourceUs() * 1e3 / wallNs);
        double serverCpu = server == null ? 0 : Math.min(waiting - endpoint, server.workingUs() * 1e3 / wallNs);
        return new Bottleneck(
                waiting - endpoint - serverCpu,
                endpoint,
                files.diskNs() / allNs,
                files.workNs() / allNs + serverCpu,
                processors,
                loop,
                server != null);
    }

    /** A word for programs: {@code network}, {@code disk}, {@code endpoint}, {@code cpu}, or {@code network-or-endpoint}. */
    String verdict() {
        if (processors >= PROCESSORS_BUSY || loop >= LOOP_BUSY) {
            return "cpu";
        }
        double most = Math.max(Math.max(network, endpoint), Math.max(disk, cpu));
        if (most == network) {
            return serverKnown ? "network" : "network-or-endpoint";
        }
        return most == endpoint ? "endpoint" : most == disk ? "disk" : "cpu";
    }

    /** The verdict and what it rests on, for people. */
    @Override
    public String toString() {
        String shares = serverKnown
                ? String.format(Locale.ROOT, "network %.0f%%, endpoint %.0f%%", network * 100, endpoint * 100)
                : String.format(Locale.ROOT, "the server does not tell which: %.0f%%", network * 100);
        return String.format(
                Locale.ROOT,
                "%s (%s, disk %.0f%%, cpu %.0f%% of the time; processors %.0f%% busy)",
                verdict().replace('-', ' '),
                shares,
                disk * 100,
                cpu * 100,
                processors * 100);
    }
}
