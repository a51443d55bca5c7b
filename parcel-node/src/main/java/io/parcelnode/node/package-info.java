package io.parcelnode.node;
