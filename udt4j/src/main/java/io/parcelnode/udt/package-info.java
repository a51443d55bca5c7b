/** UDT 4 for Java: channels to connect, listen, read and write. Start at {@code UdtChannel}. */
package io.parcelnode.udt;
