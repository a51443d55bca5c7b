package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parcelnode.udt.Congestion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class CongestionNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"daimd", "bbr", "tcp", "fixed:10Kbit", "fixed:1234567bit", "fixed:1500Mbit", "fixed:100Gbit"})
    void isWrittenAsItIsRead(String text) {
        assertEquals(text, CongestionName.of(new CongestionName().convert(text)));
    }

    @Test
    void caseDoesNotMatter() {
        assertEquals(Congestion.fixed(200_000_000), new CongestionName().convert("Fixed:0.2GBIT"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fixed", "fixed:", "fixed:200", "bbr:1Mbit", "fixed:9Kbit", "fixed:101Gbit"})
    void refusesWhatItIsNot(String text) {
        assertThrows(TypeConversionException.class, () -> new CongestionName().convert(text));
    }
}
