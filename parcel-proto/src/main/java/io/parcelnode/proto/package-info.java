/**
 * The encrypted session {@code parcel/2}: one TLS 1.3 handshake, then sealed frames that carry many requests for files.
 *
 * <p>Start at {@link io.parcelnode.proto.ClientSession} and {@link io.parcelnode.proto.ServerSession}. The session runs
 * over any blocking byte channel and knows nothing of UDT. The format is written down in {@code docs/protocol.md}.
 *
 * <p>Threads: each side has one thread that reads and one that writes, so that neither direction can hold up the other,
 * and as many more that seal and open frames as were granted. A server reads in the thread that called
 * {@link io.parcelnode.proto.ServerSession#serve}. The reading side never waits for the writing side, which is what
 * rules out two peers waiting for each other.
 */
package io.parcelnode.proto;
