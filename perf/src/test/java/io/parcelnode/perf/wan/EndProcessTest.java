package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.perf.PeerFailedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With processes of this machine; {@code env} stands for the words that enter a namespace. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "wan runs on Linux alone")
@Timeout(180)
final class EndProcessTest {
    private static final long READY_MS = 30_000;

    @TempDir
    private Path folder;

    @Test
    void tellsOutputAndExitCodeApart() throws Exception {
        try (EndProcess end = start("printf 'a b'; exit 7")) {
            awaitEnd(end);

            assertEquals("a b", end.output());
            assertEquals(7, end.exitCode());
        }
    }

    @Test
    void theCpuTimeOfAnEndedProgramIsStillThere() throws Exception {
        String burn = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        try (EndProcess end = start(burn)) {
            awaitEnd(end);

            assertTrue(end.cpuSeconds() > 0.01, () -> end.cpuSeconds() + " s");
        }
    }

    @Test
    void aProgramThatEndsBeforeItIsReadyIsAFailureWithItsLastWords() throws Exception {
        try (EndProcess end = start("echo starting; echo 'address in use' >&2; exit 3")) {
            PeerFailedException failure =
                    assertThrows(PeerFailedException.class, () -> end.await("ready"::equals, READY_MS));

            assertEquals("tested ended with exit code 3: address in use", failure.getMessage());
        }
    }

    @Test
    void stoppingTellsTheProgramAndHearsItsLastWords() throws Exception {
        try (EndProcess end = start("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done")) {
            end.await("ready"::equals, READY_MS);
            end.stop();

            assertTrue(end.isEnded());
            assertEquals("ready\nbye", end.output());
        }
    }

    @Test
    void closingLeavesNothingBehind() throws Exception {
        EndProcess end = start("echo $$; exec sleep 600");
        String pid = end.await(line -> line.matches("\\d+"), READY_MS);
        end.close();

        assertTrue(ProcessHandle.of(Long.parseLong(pid))
                .filter(ProcessHandle::isAlive)
                .isEmpty());
    }

    private EndProcess start(String script) throws Exception {
        return EndProcess.start("tested", List.of("env"), List.of("sh", "-c", script), folder, line -> {});
    }

    private static void awaitEnd(EndProcess end) throws InterruptedException {
        while (!end.isEnded()) {
            Thread.sleep(5);
        }
    }
}
