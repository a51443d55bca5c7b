package io.parcelnode.node.source;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;

/** What every source checks about a request. */
final class Requests {
    private Requests() {}

    static void requireUnchanged(OpenRequest request, String validator) throws RequestFailedException {
        if (request.ifValidator() != null && !request.ifValidator().equals(validator)) {
            throw new RequestFailedException(
                    FailureKind.CHANGED, 0, "the file has changed since the part that the client holds was read");
        }
    }

    static void requireRange(OpenRequest request, long sizeBytes) throws RequestFailedException {
        if (request.offsetBytes() > sizeBytes) {
            throw new RequestFailedException(
                    FailureKind.BAD_REQUEST,
                    0,
                    "offset " + request.offsetBytes() + " lies behind the end of the file, " + sizeBytes + " bytes");
        }
    }

    /** First byte that is not wanted. */
    static long endBytes(OpenRequest request, long sizeBytes) {
        long leftBytes = sizeBytes - request.offsetBytes();
        return request.lengthBytes() < 0 || request.lengthBytes() > leftBytes
                ? sizeBytes
                : request.offsetBytes() + request.lengthBytes();
    }
}
