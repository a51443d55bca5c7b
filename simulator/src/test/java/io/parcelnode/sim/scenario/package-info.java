/** Whether scenarios measure what they claim to, and repeat exactly. */
package io.parcelnode.sim.scenario;
