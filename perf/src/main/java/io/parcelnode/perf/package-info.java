package io.parcelnode.perf;
