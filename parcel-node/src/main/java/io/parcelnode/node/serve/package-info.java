/** The server: one UDP port, one identity, one source of files. */
package io.parcelnode.node.serve;
