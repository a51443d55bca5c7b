/**
 * The client: which files are wanted, who the server is, one session at a time, each file through {@code .part} to its
 * name.
 *
 * <p>Threads. The command's thread connects and reconnects; four workers take opened files in turn and write them; one
 * timer shows progress and ends a run that makes none. Each download is touched by one worker at a time.
 */
package io.parcelnode.node.get;
