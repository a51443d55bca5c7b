package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCausesTest {
    @ParameterizedTest
    @CsvSource({
        "3, KILL_SERVER, true",
        "3, BLACKOUT, true",
        "3, FULL_DISK, false",
        "3, LOSS, false",
        "7, FULL_DISK, true",
        "7, KILL_CLIENT, false",
        "10, ENDPOINT_DOWN, true",
        "10, CHANGE, true",
        "10, BLACKOUT, false",
        "137, KILL_CLIENT, true",
        "137, KILL_SERVER, false",
        "1, FULL_DISK ENDPOINT_DOWN, true",
        "1, FULL_DISK LOSS, false",
        "6, FLIP_BYTE, false",
        "5, ENDPOINT_ERRORS, false",
        "2, LOSS, false"
    })
    void aFailureNeedsACauseOfItsKind(int exitCode, String faults, boolean allowed) {
        Set<Fault> happened =
                Arrays.stream(faults.split(" ")).map(Fault::valueOf).collect(Collectors.toSet());
        assertEquals(allowed, ExitCauses.allow(exitCode, happened));
    }

    @Test
    void successNeedsNone() {
        assertTrue(ExitCauses.allow(0, EnumSet.noneOf(Fault.class)));
    }
}
