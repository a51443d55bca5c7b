/**
 * Packet layouts of UDT 4 as libudt 4.11 speaks it, and its sequence arithmetic.
 *
 * <p>Headers and bodies are static accessors over {@code (buffer, offset)}; every field is big-endian. The
 * {@code validate} and {@code isWellFormed} methods check lengths once, the accessors behind them do not.
 */
package io.parcelnode.udt.wire;
