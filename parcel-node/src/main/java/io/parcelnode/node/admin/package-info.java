/**
 * What an operator sees of a running server: health, metrics, a page. It listens to the server's events and asks the
 * server now and then; nothing here is on the way of the data.
 */
package io.parcelnode.node.admin;
