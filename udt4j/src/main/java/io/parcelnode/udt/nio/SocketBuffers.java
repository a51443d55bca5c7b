package io.parcelnode.udt.nio;

/**
 * The buffers of a UDP socket: what was asked for each, and what the system has granted. A small receive buffer drops
 * what arrives while the loop is busy; to UDT that is loss like any other.
 */
public record SocketBuffers(int askedBytes, int receiveBytes, int sendBytes) {
    public boolean isClipped() {
        return receiveBytes < askedBytes || sendBytes < askedBytes;
    }
}
