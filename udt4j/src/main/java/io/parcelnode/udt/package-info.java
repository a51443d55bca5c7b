/**
 * UDT 4 for Java: the values that users of a connection meet. Channels are in {@code io.parcelnode.udt.nio}.
 *
 * <p>These types depend on nothing else, so that engine and driver may both speak in them.
 */
package io.parcelnode.udt;
