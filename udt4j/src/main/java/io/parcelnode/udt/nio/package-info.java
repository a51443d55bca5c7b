/**
 * UDT over NIO datagrams: {@link io.parcelnode.udt.nio.UdtChannel} and {@link io.parcelnode.udt.nio.UdtServerChannel}.
 *
 * <p>Threads. Each UDP port has one event loop, a daemon thread named {@code udt-PORT}, which alone touches the socket
 * and the engines of all connections on that port. Application threads meet it in four places: the two rings of a
 * connection (bytes), the loop's command queue (connect, close, statistics), its progress queue (rings that have
 * moved), and the accept queue. A connection takes one reader and one writer at a time; locks in the channel see to it.
 */
package io.parcelnode.udt.nio;
