/** What a server's ledger and admin port cost: the same downloads with and without them, in turn. */
package io.parcelnode.perf.ledger;
