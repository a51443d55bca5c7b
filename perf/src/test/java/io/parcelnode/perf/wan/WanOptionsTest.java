package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

final class WanOptionsTest {

    @Command(name = "test")
    private static final class Holder implements Runnable {
        @Mixin
        private WanOptions options;

        @Override
        public void run() {
            options.cells();
            options.peers();
            options.runs();
            options.bytesMin();
            options.timeout();
            options.seed();
        }
    }

    @Test
    void withoutFlagsTheCellOfTheIssueIsMeasuredWithAllPeers() {
        WanOptions options = parse();

        assertEquals(
                List.of(new WanCell(
                        Duration.ofMillis(100), 500_000_000, 0.001, 1, Duration.ZERO, 6_250_000, List.of(), List.of())),
                options.cells());
        assertEquals(WanPeer.NAMES, options.peers());
        assertEquals(3, options.runs());
        assertEquals(1L << 30, options.bytesMin());
        assertTrue(options.qualifies());
    }

    @Test
    void listsStandForEveryCombination() {
        List<WanCell> cells = parse("--rtt", "10ms,200ms", "--rate", "50Mbit", "--loss", "0%,1%", "--queue", "0.5bdp")
                .cells();

        assertEquals(
                List.of("10/0/31250", "10/1/31250", "200/0/625000", "200/1/625000"),
                cells.stream()
                        .map(cell -> cell.rtt().toMillis() + "/" + Math.round(cell.lossShare() * 100) + "/"
                                + cell.queueBytes())
                        .toList());
    }

    @Test
    void changesOfThePathAreRead() {
        WanCell cell =
                parse("--blackout", "5s:300ms", "--step", "8s:20Mbit").cells().get(0);

        assertEquals(List.of(new WanCell.Blackout(Duration.ofSeconds(5), Duration.ofMillis(300))), cell.blackouts());
        assertEquals(List.of(new WanCell.RateStep(Duration.ofSeconds(8), 20_000_000)), cell.steps());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rtt=11s | --rtt 11s is outside 0ms..10s",
                "--rtt=10 | '10' is not a duration",
                "--rate=1Kbit | --rate 1 kbit/s is outside 100Kbit..10Gbit",
                "--rate=fast | 'fast' is not a rate",
                "--loss=51% | --loss 51% is outside 0%..50%",
                "--loss=0.1 | '0.1' is not a share",
                "--burst=0 | --burst 0.0 is outside 1..10000",
                "--burst=NaN | --burst NaN is outside 1..10000",
                "--jitter=2s | --jitter 2s is outside 0ms..1s",
                "--queue=0bdp | '0bdp' is not a multiple",
                "--queue=10 | '10' is outside 1500..2G",
                "--queue=wide | 'wide' is neither a size",
                "--blackout=5s | '5s' is not AT:FOR",
                "--blackout=5s:0s | '5s:0s' lasts no time",
                "--step=5s:1Kbit | the rate of '5s:1Kbit' is outside 100Kbit..10Gbit",
                "--size=1K | --size 1024 is outside 1M..64G",
                "--timeout=10ms | --timeout 10ms is outside 1s..24h",
                "--runs=0 | --runs 0 is outside 1..100",
                "--seed=-1 | --seed -1 is outside 0..",
                "--peers=quic | --peers 'quic' is none of parcel-bbr",
            })
    void badValuesAreRefusedWithValueAndRange(String flag, String message) {
        String[] args = {flag};

        ParameterException refused = assertThrows(ParameterException.class, () -> {
            Holder holder = new Holder();
            new CommandLine(holder).parseArgs(args);
            holder.run();
        });

        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    private static WanOptions parse(String... args) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(args);
        return holder.options;
    }
}
