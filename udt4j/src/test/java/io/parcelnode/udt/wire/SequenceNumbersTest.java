package io.parcelnode.udt.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceNumbersTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, 1",
        "5, 3, -2",
        "0x7FFFFFFF, 0, 1",
        "0, 0x7FFFFFFF, -1",
        "0x7FFFFFF0, 0x10, 32",
        "0x10, 0x7FFFFFF0, -32",
        "0, 0x3FFFFFFF, 0x3FFFFFFF",
        "0, 0x40000000, -0x40000000"
    })
    void distanceIsTheShorterWayRound(String from, String to, String distance) {
        assertEquals(Integer.decode(distance), SequenceNumbers.distance(Integer.decode(from), Integer.decode(to)));
    }

    @ParameterizedTest
    @CsvSource({"0x7FFFFFFF, 1, 0", "0, -1, 0x7FFFFFFF", "7, 0x80000000, 7"})
    void addWrapsAtTwoToThe31(String sequence, String count, String sum) {
        assertEquals(Integer.decode(sum), SequenceNumbers.add(Integer.decode(sequence), Long.decode(count)));
    }
}
