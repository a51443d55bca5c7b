package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "512K, 524288",
        "64M, 67108864",
        "10g, 10737418240",
        "1.5K, 1536",
        "2T, 2199023255552",
        "'8 M', 8388608",
        "8388607T, 9223370937343148032"
    })
    void readsBinarySizes(String text, long bytes) {
        assertEquals(bytes, new Units.Size().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"100bit, 100", "500Kbit, 500000", "200Mbit, 200000000", "1.5gbit, 1500000000"})
    void readsDecimalRates(String text, long bits) {
        assertEquals(bits, new Units.Rate().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"500us, 500000", "40ms, 40000000", "15s, 15000000000", "10m, 600000000000", "2h, 7200000000000"})
    void readsDurations(String text, long nanos) {
        assertEquals(Duration.ofNanos(nanos), new Units.Time().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"0%, 0", "0.1%, 0.001", "100%, 1"})
    void readsShares(String text, double share) {
        assertEquals(share, new Units.Share().convert(text), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "M", "1Q", "1 2", "1e3", "0x10", "1.M", "8388608T", "999999999999999999T"})
    void refusesWhatIsNoSizeAndSaysWhatIs(String text) {
        var refusal = assertThrows(TypeConversionException.class, () -> new Units.Size().convert(text));
        assertTrue(refusal.getMessage().contains("'" + text + "' is not a size such as 512K"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5M", "5 minutes", "-5s", "s"})
    void refusesWhatIsNoDuration(String text) {
        // A bare 5 might be seconds or milliseconds; m is minutes in either case of letter.
        if (text.equals("5M")) {
            assertEquals(Duration.ofMinutes(5), new Units.Time().convert(text));
        } else {
            assertThrows(TypeConversionException.class, () -> new Units.Time().convert(text));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100.5%", "5", "0.1", "-1%", "%", "NaN%"})
    void refusesWhatIsNoShare(String text) {
        assertThrows(TypeConversionException.class, () -> new Units.Share().convert(text));
    }

    @Test
    void describesBytesForPeople() {
        assertEquals("0 B", Units.describeBytes(0));
        assertEquals("1023 B", Units.describeBytes(1_023));
        assertEquals("1.0 KiB", Units.describeBytes(1_024));
        assertEquals("64.0 MiB", Units.describeBytes(64 << 20));
        assertEquals("8192.0 PiB", Units.describeBytes(Long.MAX_VALUE));
    }
}
