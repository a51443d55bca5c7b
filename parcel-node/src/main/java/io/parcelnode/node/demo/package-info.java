/** Endpoint, server, emulated path and client in one process, to see it work before installing anything. */
package io.parcelnode.node.demo;
