package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] SECRET = new byte[DirectionKeys.SECRET_BYTES];

    /** Computed by another implementation of HMAC: python3, hmac.new(bytes(32), label + b"\1", "sha256"). */
    @Test
    void derivesTheDocumentedKeys() {
        HexFormat hex = HexFormat.of();
        assertEquals(
                "ea730f9f4a8e91c0ac6043d573990bb43d0e58d807d2916e665709c7a8a8c970",
                hex.formatHex(DirectionKeys.expand(SECRET, "parcel-2 key", 32)));
        assertEquals("ce155d2c9f48535193fe0500", hex.formatHex(DirectionKeys.expand(SECRET, "parcel-2 iv", 12)));
        assertEquals(
                "1601a7effd43af1318aabc6a72c886006bc94ec72c9970c86a88c5b2c26b3e54",
                hex.formatHex(DirectionKeys.expand(SECRET, "parcel-2 next secret", 32)));
    }

    @Test
    void changesTheKeyBeforeTheRecordThatWouldPassTheBound() {
        DirectionKeys keys = new DirectionKeys(SECRET, 1000);
        FrameSlot first = new FrameSlot();
        FrameSlot second = new FrameSlot();
        FrameSlot third = new FrameSlot();
        keys.assign(first, 600);
        keys.assign(second, 400);
        keys.assign(third, 1);
        assertSame(first.epoch, second.epoch);
        assertEquals(1, second.counter);
        assertNotSame(second.epoch, third.epoch);
        assertEquals(0, third.counter);
        assertFalse(Arrays.equals(first.epoch.iv(), third.epoch.iv()));
        assertEquals(2, keys.epochsBegun());
    }

    @Test
    void opensOnlyWhatWasSealedInThatPlace() throws IOException {
        FrameCipher cipher = new FrameCipher();
        byte[] frame = TestServer.bytes(1000, 1);
        FrameSlot sealed = FrameSlot.holding(frame.clone());
        new DirectionKeys(SECRET, 1 << 20).assign(sealed, sealed.record.length);
        cipher.seal(sealed);

        FrameSlot opened = copyOf(sealed);
        cipher.open(opened);
        assertArrayEquals(frame, Arrays.copyOf(opened.plain, opened.plainLength));

        for (int at : new int[] {0, 4, 5, 500, sealed.recordLength - 1}) {
            FrameSlot damaged = copyOf(sealed);
            damaged.record[at] ^= 1;
            assertThrows(SessionException.class, () -> cipher.open(damaged), "byte " + at);
        }
        FrameSlot moved = copyOf(sealed);
        moved.counter++;
        assertThrows(SessionException.class, () -> cipher.open(moved));
    }

    private static FrameSlot copyOf(FrameSlot sealed) {
        FrameSlot copy = new FrameSlot();
        copy.record = sealed.record.clone();
        copy.recordLength = sealed.recordLength;
        copy.plain = new byte[Limits.PLAIN_BYTES_MAX];
        copy.epoch = sealed.epoch;
        copy.counter = sealed.counter;
        return copy;
    }

    @Test
    void longTokensTakeTwoFramesAndComeBackWhole() throws Exception {
        OpenRequest request = new OpenRequest("id", "t".repeat(Limits.TOKEN_BYTES_MAX), 5, 6, "v");
        var frames = Frames.open(9, request, 1000);
        assertEquals(2, frames.size());
        assertTrue(frames.stream().allMatch(frame -> frame.length <= Limits.PLAIN_BYTES_MAX));
        assertThrows(IllegalArgumentException.class, () -> new OpenRequest("id", request.token() + "t"));
    }
}
