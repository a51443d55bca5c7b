/**
 * Questions to a network, asked and answered: flows over one bottleneck, and what each of them gets.
 *
 * <p>Start at {@link io.parcelnode.sim.scenario.Scenario}, which is run by {@link
 * io.parcelnode.sim.scenario.ScenarioRun}. Nothing here reads a clock; who wants to know how fast a run was injects one.
 */
package io.parcelnode.sim.scenario;
