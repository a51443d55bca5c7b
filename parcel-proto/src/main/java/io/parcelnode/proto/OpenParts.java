package io.parcelnode.proto;

import java.nio.ByteBuffer;

/** Puts an OPEN together that came in parts. Used by the delivering thread alone. */
final class OpenParts {
    private int requestId;
    private ByteBuffer parts;

    void add(int partRequestId, long position, ByteBuffer body) throws SessionException {
        if (parts == null) {
            requestId = partRequestId;
            parts = ByteBuffer.allocate(Frames.OPEN_BYTES_MAX);
        }
        if (partRequestId != requestId
                || position != parts.position()
                || body.remaining() != Limits.DATA_BYTES_MAX
                || body.remaining() > parts.remaining()) {
            throw new SessionException("the client sent OPEN_PART of request " + partRequestId + " with "
                    + body.remaining() + " bytes at " + position + ", after " + parts.position() + " bytes of request "
                    + requestId + "; the most is " + Frames.OPEN_BYTES_MAX);
        }
        parts.put(body);
    }

    /** The whole body of an OPEN, whose last or only part is {@code body}. */
    ByteBuffer join(int openRequestId, ByteBuffer body) throws SessionException {
        if (parts == null) {
            return body;
        }
        if (openRequestId != requestId || body.remaining() > parts.remaining()) {
            throw new SessionException("the client sent OPEN of request " + openRequestId + " with " + body.remaining()
                    + " bytes, after " + parts.position() + " bytes of request " + requestId + "; the most is "
                    + Frames.OPEN_BYTES_MAX);
        }
        ByteBuffer whole = parts.put(body).flip();
        parts = null;
        return whole;
    }
}
