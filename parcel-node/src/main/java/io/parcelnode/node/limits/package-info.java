/** What clients may take of a server: its total rate, each client's, and fair shares of both. */
package io.parcelnode.node.limits;
