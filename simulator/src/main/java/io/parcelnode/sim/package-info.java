/**
 * Networks on a virtual clock that drive the very engine that runs on sockets.
 *
 * <p>Start at {@link io.parcelnode.sim.Simulation}: it owns the clock, the links and every random stream, all of which
 * follow from one seed. A packet travels along a {@link io.parcelnode.sim.Route} of links; routes of many flows may
 * share links. A simulation belongs to one thread and never sleeps.
 */
package io.parcelnode.sim;
