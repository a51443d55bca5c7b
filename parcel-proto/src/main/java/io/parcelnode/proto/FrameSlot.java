package io.parcelnode.proto;

/**
 * One frame on its way through a pipeline. Its fields belong to the pipeline's lock, except that whoever claimed the
 * slot owns the arrays until it is done.
 */
final class FrameSlot {
    FrameSlot next;
    DirectionKeys.Epoch epoch;
    long counter;
    boolean done;

    /** Header and body, as they were before sealing; null for an incoming frame that is not open yet. */
    byte[] plain;

    int plainLength;

    /** The record as it is on the wire, from its header at {@code recordOffset}. */
    byte[] record;

    int recordOffset;
    int recordLength;

    /** Where the record of an incoming frame lies, null for outgoing ones. */
    SealedReader.Chunk chunk;

    /** True for the large slots that are used again. */
    boolean pooled;

    /** A slot for one small frame, made to measure. */
    static FrameSlot holding(byte[] frame) {
        FrameSlot slot = new FrameSlot();
        slot.plain = frame;
        slot.plainLength = frame.length;
        slot.record = new byte[Limits.RECORD_HEADER_BYTES + frame.length + Limits.TAG_BYTES];
        return slot;
    }

    static FrameSlot large() {
        FrameSlot slot = new FrameSlot();
        slot.plain = new byte[Limits.PLAIN_BYTES_MAX];
        slot.record = new byte[Limits.RECORD_BYTES_MAX];
        slot.pooled = true;
        return slot;
    }
}
