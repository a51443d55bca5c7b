/** Congestion control: how fast a connection may send, decided from what the peer reports. No clocks, no I/O. */
package io.parcelnode.udt.congestion;
