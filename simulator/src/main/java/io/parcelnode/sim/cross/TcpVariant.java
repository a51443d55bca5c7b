package io.parcelnode.sim.cross;

/** Which TCP a {@link TcpFlow} is. */
public enum TcpVariant {
    NEW_RENO,
    CUBIC;

    WindowModel model() {
        return this == CUBIC ? new CubicModel() : new NewRenoModel();
    }
}
