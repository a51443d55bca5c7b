/**
 * The encrypted session {@code parcel/2} over any blocking byte channel; docs/protocol.md is its specification.
 *
 * <p>Start at {@link io.parcelnode.proto.ClientSession} and {@link io.parcelnode.proto.ServerSession}. A TLS 1.3
 * handshake authenticates the server and yields two secrets; from then on both directions carry sealed frames.
 *
 * <p>Threads. Each direction of a session has a {@link io.parcelnode.proto.OrderedPipeline}: worker threads seal or open
 * frames side by side and hand them on in order. A client has one more thread that reads the channel; a server reads it
 * on the thread that calls {@link io.parcelnode.proto.ServerSession#serve}, and reads each file on a thread of the
 * executor it was given. All threads are daemons and end with the session.
 */
package io.parcelnode.proto;
