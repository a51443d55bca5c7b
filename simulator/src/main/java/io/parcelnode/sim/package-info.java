package io.parcelnode.sim;
