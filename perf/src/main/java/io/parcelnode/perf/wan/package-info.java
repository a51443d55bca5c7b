/**
 * The comparison over an emulated wide-area link: {@code perf/run wan}.
 *
 * <p>Start at {@link io.parcelnode.perf.wan.WanCommand}, then {@link io.parcelnode.perf.wan.WanRunner} and
 * {@link io.parcelnode.perf.wan.WanMeasurement}. Every transfer has a link, two network namespaces and processes of its
 * own. One thread does everything but reading the output of the processes.
 */
package io.parcelnode.perf.wan;
