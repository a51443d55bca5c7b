/**
 * The one binary: {@code serve}, {@code get} and {@code demo}.
 *
 * <p>{@code cli} parses and reports, {@code source} reads files from an endpoint or a folder, {@code serve} and
 * {@code get} join files, session and transport, {@code demo} runs all of it in one process.
 */
package io.parcelnode.node;
