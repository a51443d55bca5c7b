package io.parcelnode.perf;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One figure of several runs, sorted. */
public final class Sample {
    private final double[] values;

    private Sample(double[] values) {
        assert values.length > 0 : Arrays.toString(values);
        this.values = values;
    }

    /** @param runs one at least */
    public static <T> Sample of(List<T> runs, ToDoubleFunction<T> figure) {
        return new Sample(runs.stream().mapToDouble(figure).sorted().toArray());
    }

    public double median() {
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** (largest - smallest) / median. */
    public double spread() {
        return (values[values.length - 1] - values[0]) / median();
    }
}
