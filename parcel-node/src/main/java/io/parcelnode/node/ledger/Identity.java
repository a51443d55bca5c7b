package io.parcelnode.node.ledger;

/**
 * Who made a request.
 *
 * @param who       a name, or what stands for the token; null without a token
 * @param kind      where that comes from
 * @param tokenHash keyed hash of the token; null without one
 */
record Identity(String who, String kind, String tokenHash) {
    static final String CLAIM = "claim";
    static final String WHOAMI = "whoami";
    static final String TOKEN = "token";
    /** A claim of a token that was refused: anybody can write one. */
    static final String UNVERIFIED = "unverified";

    static final Identity NONE = new Identity(null, "none", null);

    static Identity ofToken(String tokenHash) {
        return new Identity("token:" + tokenHash, TOKEN, tokenHash);
    }

    Identity unverified() {
        return kind.equals(CLAIM) ? new Identity(who, UNVERIFIED, tokenHash) : this;
    }
}
