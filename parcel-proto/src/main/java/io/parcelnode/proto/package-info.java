package io.parcelnode.proto;
