/**
 * TCP senders as models, to share links with UDT flows: packets of one size, windows by the rules of NewReno and CUBIC.
 *
 * <p>Start at {@link io.parcelnode.sim.cross.TcpFlow}. There is no handshake, no receive window and no delayed
 * acknowledgement; what remains is what decides how much of a link TCP takes.
 */
package io.parcelnode.sim.cross;
