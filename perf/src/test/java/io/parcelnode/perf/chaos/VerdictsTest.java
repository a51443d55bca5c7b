package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parcelnode.node.cli.ExitCode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictsTest {
    private static final Order MANIFEST = new Order(EnumSet.allOf(Item.class), true, 0, List.of());
    private static final Order IDS = new Order(EnumSet.allOf(Item.class), false, 0, List.of());

    @ParameterizedTest
    @CsvSource({
        "SMALL, KILL_SERVER, OK SERVER_LOST",
        "SMALL, BLACKOUT, OK SERVER_LOST",
        "SMALL, LOSS, OK",
        "SMALL, KILL_CLIENT, OK",
        "SMALL, FULL_DISK, OK LOCAL_DISK",
        "SMALL, SECOND_CLIENT, OK LOCAL_DISK",
        "SMALL, ENDPOINT_DOWN, OK ENDPOINT",
        "SMALL, CHANGE, OK",
        "LARGE, CHANGE, OK DIGEST_MISMATCH",
        "LARGE_TWIN, CHANGE, OK DIGEST_MISMATCH",
        "SMALL, TOKEN_RENEWED, OK",
        "SMALL, TOKEN_DIES, OK TOKEN",
        "SMALL, TOKEN_WRONG, OK TOKEN",
        "WRONG_SMALL, TOKEN_WRONG, TOKEN",
        "WRONG_SMALL, FULL_DISK, DIGEST_MISMATCH LOCAL_DISK",
        "WRONG_SIZE, LOSS, DIGEST_MISMATCH",
        "DENIED, ENDPOINT_ERRORS, TOKEN ENDPOINT",
        "ABSENT, FLIP_BYTE, NO_SUCH_FILE"
    })
    void aFailureOfAFileNeedsACauseOfItsKind(Item item, Fault fault, String allowed) {
        assertEquals(codes(allowed), Verdicts.ofFile(item, MANIFEST, false, false, EnumSet.of(fault)));
    }

    @ParameterizedTest
    @EnumSource(Item.class)
    void withoutAFaultThereIsOneEnd(Item item) {
        assertEquals(
                EnumSet.of(item.expected()),
                Verdicts.ofFile(item, MANIFEST, false, false, EnumSet.noneOf(Fault.class)));
    }

    @Test
    void aWrongTokenBringsNothingThatIsNotHere() {
        EnumSet<Fault> wrong = EnumSet.of(Fault.TOKEN_WRONG);
        assertEquals(codes("TOKEN"), Verdicts.ofFile(Item.SMALL, MANIFEST, false, true, wrong));
        assertEquals(codes("TOKEN"), Verdicts.ofFile(Item.SMALL, IDS, false, false, wrong));
    }

    @Test
    void whatIsPromisedAndHasChangedSinceCannotCome() {
        EnumSet<Fault> none = EnumSet.noneOf(Fault.class);
        assertEquals(codes("DIGEST_MISMATCH"), Verdicts.ofFile(Item.LARGE, MANIFEST, true, true, none));
        assertEquals(codes("DIGEST_MISMATCH OK"), Verdicts.ofFile(Item.LARGE, MANIFEST, true, false, none));
        assertEquals(codes("OK"), Verdicts.ofFile(Item.SMALL, MANIFEST, true, false, none));
        assertEquals(codes("OK"), Verdicts.ofFile(Item.LARGE, IDS, false, true, EnumSet.of(Fault.CHANGE)));
    }

    @ParameterizedTest
    @CsvSource({"0 0, 0", "0 5 5, 5", "6 0, 6", "3 10, 1", "0 5 8, 1"})
    void theCodeOfTheRunFollowsFromItsFiles(String ofFiles, int ofRun) {
        assertEquals(
                ofRun,
                Verdicts.ofRun(
                        Arrays.stream(ofFiles.split(" ")).map(Integer::valueOf).toList()));
    }

    private static Set<ExitCode> codes(String names) {
        return Arrays.stream(names.split(" ")).map(ExitCode::valueOf).collect(Collectors.toSet());
    }
}
