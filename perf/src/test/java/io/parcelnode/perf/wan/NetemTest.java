package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program perf/netem, with {@code ip}, {@code tc} and {@code id} that only write down how they were called. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "wan runs on Linux alone")
@Timeout(180)
final class NetemTest {
    private static final Path NETEM = Path.of("netem").toAbsolutePath();
    private static final String RECORD = "#!/bin/sh\necho \"$(basename \"$0\") $*\" >>\"$CALLS\"\n";

    @TempDir
    private Path folder;

    private Path calls;
    private String said;

    @BeforeEach
    void makeTools() throws IOException {
        calls = folder.resolve("calls");
        FakeLink.script(folder.resolve("ip"), RECORD);
        FakeLink.script(folder.resolve("id"), "#!/bin/sh\necho 0\n");
        FakeLink.script(
                folder.resolve("tc"),
                RECORD + "case \"$*\" in *-s*) cat <<'E'\n"
                        + "qdisc netem 1: root refcnt 2 limit 1000000 delay 50ms loss 0.1%\n"
                        + " Sent 70500000 bytes 47000 pkt (dropped 150, overlimits 0 requeues 0)\n"
                        + "qdisc tbf 10: parent 1:1 rate 500Mbit burst 62500b lat 0us\n"
                        + " Sent 70500000 bytes 47000 pkt (dropped 100, overlimits 9 requeues 0)\n"
                        + "E\nesac\n");
    }

    @Test
    void makesTheLinkRunsTheScriptCountsAndTakesTheLinkDown() throws Exception {
        int code = run(
                "with",
                "--rtt",
                "100",
                "--rate",
                "500",
                "--queue",
                "6250000",
                "--loss",
                "1",
                "--burst",
                "4",
                "--jitter",
                "3",
                "--",
                "sh",
                "-c",
                "echo \"$LEFT|$RIGHT_ADDR|$1\"; exit 5",
                "sh",
                "more");

        assertEquals(5, code);
        assertTrue(said.matches("(?s)ip netns exec netl\\d+\\|10\\.201\\.\\d+\\.2\\|more\n.*"), said);
        assertTrue(
                said.endsWith("A->B seen 47150 lost 50 overflow 100 delivered 47000 bytes 70500000 refused 0\n"), said);
        String called = Files.readString(calls).replaceAll("net([lr])\\d+", "net$1");
        assertTrue(
                called.contains("tc -n netl qdisc add dev wan0 root handle 1: netem limit 1000000"
                        + " delay 51.500ms 1.500ms loss gemodel 0.252525% 25.000000%\n"),
                called);
        assertTrue(
                called.contains(
                        "tc -n netl qdisc add dev wan0 parent 1:1 handle 10: tbf rate 500mbit burst 62500 limit 6250000\n"),
                called);
        assertTrue(
                called.contains(
                        "tc -n netr qdisc add dev wan0 root handle 1: netem limit 1000000 delay 51.500ms 1.500ms\n"),
                called);
        assertTrue(called.endsWith("ip netns del netl\nip netns del netr\n"), called);
    }

    @Test
    void aKernelWithoutNetemIsRefusedAndNothingStays() throws Exception {
        FakeLink.script(folder.resolve("tc"), RECORD + "echo 'Error: Specified qdisc kind is unknown.' >&2\nexit 2\n");

        assertEquals(2, run("with", "--rtt", "10", "--", "echo", "never"));

        assertEquals(
                "netem: this kernel has no netem (module sch_netem), which this link is made of: Error: Specified qdisc"
                        + " kind is unknown. Name another program that makes one in WANLINK\n",
                said);
        String called = Files.readString(calls).replaceAll("net([lr])\\d+", "net$1");
        assertTrue(called.endsWith("ip netns del netl\nip netns del netr\n"), called);
    }

    @Test
    void badOptionsAreRefusedBeforeAnythingIsMade() throws Exception {
        assertRefused("--rtt ten is not a number from 0 to 60000", "with", "--rtt", "ten", "--", "true");
        assertRefused("--loss 100 is not a number from 0 to 99", "with", "--loss", "100", "--", "true");
        assertRefused("--burst 0 is not a number from 1 to 1000000", "with", "--burst", "0", "--", "true");
        assertRefused("--mtu wants a value", "with", "--mtu", "--", "true");
        assertRefused("unknown option --colour", "with", "--colour", "red", "--", "true");
        assertRefused("--step is beyond this program", "with", "--step", "1:2", "--", "true");
        assertRefused("no script to run", "with", "--rtt", "10");
        assertRefused("usage: netem with", "without");
    }

    @Test
    void ordinaryUsersAreTold() throws Exception {
        FakeLink.script(folder.resolve("id"), "#!/bin/sh\necho 1000\n");

        assertRefused("network namespaces want root; run it with sudo", "with", "--", "true");
    }

    private void assertRefused(String message, String... arguments) throws Exception {
        assertEquals(2, run(arguments));
        assertTrue(said.startsWith("netem: " + message), said);
        assertFalse(Files.exists(calls));
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(NETEM.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().put("CALLS", calls.toString());
        Process process = builder.start();
        said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }
}
