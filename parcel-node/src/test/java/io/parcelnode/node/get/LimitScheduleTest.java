package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.HandMovedClock;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

/** A timetable says what may be sent at which time of the day, and a run keeps to it while it lasts. */
@Timeout(180)
class LimitScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final List<Long> told = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"07:59,0", "08:00,200000000", "18:59:59,200000000", "19:00,0", "23:59,0", "00:00,0"})
    void theLastEntryOfADayHoldsUntilTheFirstOfTheNext(LocalTime time, long bits) {
        assertEquals(bits, LimitTimetable.parse("08:00,200Mbit 19:00,off").bitsAt(time));
        assertEquals(bits, LimitTimetable.parse(" 19:00,OFF  8:00,200mbit ").bitsAt(time));
    }

    @Test
    void aPlainRateHoldsAllDay() {
        for (LocalTime time : List.of(LocalTime.MIN, LocalTime.NOON, LocalTime.MAX)) {
            assertEquals(1_000_000, LimitTimetable.parse("1Mbit").bitsAt(time));
            assertEquals(2_000_000, LimitTimetable.parse("12:30,2Mbit").bitsAt(time));
            assertEquals(0, LimitTimetable.parse("off").bitsAt(time));
            assertEquals(0, LimitTimetable.NONE.bitsAt(time));
        }
    }

    @Test
    void moreEntriesThanAnybodyWritesAreRefused() {
        String text = "00:00,off ".repeat(101);

        TypeConversionException refusal = assertThrows(TypeConversionException.class, () -> LimitTimetable.parse(text));

        assertEquals("--limit has 101 times of the day, above 100", refusal.getMessage());
    }

    @Test
    void tellsOnlyChangesAndAcrossMidnight() {
        HandMovedClock clock = new HandMovedClock(ZonedDateTime.of(2026, 11, 25, 22, 0, 0, 0, BERLIN));
        LimitSchedule schedule =
                new LimitSchedule(LimitTimetable.parse("23:00,off 06:00,1Mbit 12:00,2Mbit"), clock, told::add);

        assertTrue(schedule.keep());
        assertFalse(schedule.keep());
        for (int hour = 0; hour < 24; hour++) {
            clock.advance(Duration.ofHours(1));
            schedule.keep();
        }

        assertEquals(List.of(2_000_000L, 0L, 1_000_000L, 2_000_000L), told);
        assertEquals(2_000_000, schedule.bitsPerSecond());
    }

    /** On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00, on 25 October from 03:00 to 02:00. */
    @Test
    void followsTheClockOnTheWallThroughSummerTime() {
        LimitTimetable timetable = LimitTimetable.parse("02:30,1Mbit 04:00,off");
        HandMovedClock spring = new HandMovedClock(ZonedDateTime.of(2026, 3, 29, 1, 59, 0, 0, BERLIN));
        LimitSchedule schedule = new LimitSchedule(timetable, spring, told::add);
        assertFalse(schedule.keep());
        spring.advance(Duration.ofMinutes(1));
        assertTrue(schedule.keep(), "it is 03:00 now");

        HandMovedClock autumn = new HandMovedClock(ZonedDateTime.of(2026, 10, 25, 2, 59, 0, 0, BERLIN));
        schedule = new LimitSchedule(timetable, autumn, told::add);
        assertTrue(schedule.keep());
        autumn.advance(Duration.ofMinutes(1));
        assertTrue(schedule.keep(), "it is 02:00 again");

        assertEquals(List.of(1_000_000L, 1_000_000L, 0L), told);
    }

    /** The limit that the run began with would take a quarter of an hour for what is left. */
    @Test
    void aRunIsFreedWhenItsLimitEnds(@TempDir Path folder) throws Exception {
        byte[] content = TestBytes.random(12_000_000, 1);
        HandMovedClock clock = new HandMovedClock(ZonedDateTime.of(2026, 11, 25, 18, 59, 0, 0, BERLIN));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(content, "v"));
                Reporter reporter = new JsonReporter(out)) {
            ServerLink link = fixture.link();
            link.limit(LimitTimetable.parse("08:00,100Kbit 19:00,off"), clock);
            RunOptions options = new RunOptions(fixture.target, fixture.home, Duration.ofSeconds(30));
            DownloadRun run = new DownloadRun(link, reporter, TokenSource.fixed(null), options);

            CompletableFuture<Integer> exitCode = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    exitCode.complete(run.run(List.of(WantedFile.of("x"))));
                } catch (Exception e) {
                    exitCode.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            Await.until(
                    "it has begun", () -> out.toString(StandardCharsets.UTF_8).contains("file-started"));
            clock.advance(Duration.ofMinutes(1));

            assertEquals(0, exitCode.get(), out::toString);
            assertTrue(
                    out.toString(StandardCharsets.UTF_8).contains("{\"event\":\"limited\",\"bit_per_s\":0}"),
                    out::toString);
            assertArrayEquals(content, fixture.read("x"));
        }
    }
}
