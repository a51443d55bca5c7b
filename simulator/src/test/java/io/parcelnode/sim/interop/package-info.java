/**
 * Our UDT against the reference implementation, libudt, over real sockets.
 *
 * <p>libudt runs in a forked JVM ({@link io.parcelnode.sim.interop.LibudtPeer}), because a crash of native code must fail a
 * test and not end the build. Where its library does not load the tests are skipped and say why.
 */
package io.parcelnode.sim.interop;
