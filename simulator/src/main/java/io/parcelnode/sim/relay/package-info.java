/**
 * A real UDP relay on loopback that behaves like a long, slow or broken path.
 *
 * <p>Start at {@link io.parcelnode.sim.relay.UdpRelay}. One daemon thread owns every socket and every stored datagram;
 * only the conditions and the counters are shared with other threads.
 */
package io.parcelnode.sim.relay;
