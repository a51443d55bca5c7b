package io.parcelnode.udt.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
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

    /** Against plain division with remainder on numbers that never wrap. */
    @Property
    void addAndDistanceAgreeWithNumbersThatDoNotWrap(
            @ForAll @LongRange(min = 0, max = 1L << 40) long packet,
            @ForAll @LongRange(min = -(1L << 30), max = (1L << 30) - 1) long step) {
        int sequence = (int) (packet % (1L << 31));
        int stepped = (int) Math.floorMod(packet + step, 1L << 31);
        assertEquals(stepped, SequenceNumbers.add(sequence, step));
        assertEquals(step, SequenceNumbers.distance(sequence, stepped));
    }
}
