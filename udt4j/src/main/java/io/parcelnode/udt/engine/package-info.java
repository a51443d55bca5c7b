/**
 * The UDT protocol as a state machine: no sockets, clocks, threads or logging.
 *
 * <p>Start at {@link io.parcelnode.udt.engine.UdtConnection}. Each connection belongs to the thread that drives it; only
 * {@link io.parcelnode.udt.engine.SendRing} and {@link io.parcelnode.udt.engine.ReceiveRing} are met by application
 * threads. Times are nanoseconds since the driver's origin; sizes are bytes unless a name says packets. Packets are
 * counted by longs from 0 at the initial sequence number, so nothing in here wraps; 31-bit sequence numbers exist only
 * where a packet is read or written.
 */
package io.parcelnode.udt.engine;
