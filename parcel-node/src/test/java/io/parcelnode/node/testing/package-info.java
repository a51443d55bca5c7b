/** What several tests need: an endpoint with faults, a server, captured commands. */
package io.parcelnode.node.testing;
