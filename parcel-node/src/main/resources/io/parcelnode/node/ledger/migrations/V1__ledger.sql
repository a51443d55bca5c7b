-- One schema for H2 and PostgreSQL: only what both understand. What differs goes into a folder of its database's name.

-- One life of a server process.
CREATE TABLE node_run (
    id         UUID PRIMARY KEY,
    node       VARCHAR(200) NOT NULL,
    version    VARCHAR(100),
    token_key  VARCHAR(16),
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at   TIMESTAMP WITH TIME ZONE,
    result     VARCHAR(16) NOT NULL
);

-- One client's connection. Counters are the transport's, from its start.
CREATE TABLE client_session (
    id                    UUID PRIMARY KEY,
    run_id                UUID NOT NULL,
    node                  VARCHAR(200) NOT NULL,
    client                VARCHAR(100) NOT NULL,
    client_port           INTEGER NOT NULL,
    started_at            TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at              TIMESTAMP WITH TIME ZONE,
    result                VARCHAR(16) NOT NULL,
    reason                VARCHAR(1000),
    sealing_threads       INTEGER,
    bytes_sent            BIGINT,
    packets_sent          BIGINT,
    packets_retransmitted BIGINT,
    rtt_us                BIGINT,
    rtt_p50_us            BIGINT,
    rtt_p99_us            BIGINT,
    loss                  DOUBLE PRECISION
);

CREATE INDEX client_session_started ON client_session (started_at);
CREATE INDEX client_session_run ON client_session (run_id);

-- One request for a file, refused ones too. No foreign keys: records come in any order and are kept as long as the site wants.
CREATE TABLE transfer (
    id              UUID PRIMARY KEY,
    session_id      UUID NOT NULL,
    run_id          UUID NOT NULL,
    node            VARCHAR(200) NOT NULL,
    client          VARCHAR(100) NOT NULL,
    client_port     INTEGER NOT NULL,
    who             VARCHAR(300),
    who_kind        VARCHAR(16) NOT NULL,
    token_hash      VARCHAR(64),
    file_id         VARCHAR(30000) NOT NULL,
    file_key        VARCHAR(64) NOT NULL, -- SHA-256 of file_id: ids may be longer than an index allows
    from_byte       BIGINT NOT NULL,
    length_bytes    BIGINT,
    size_bytes      BIGINT,
    bytes           BIGINT NOT NULL,
    sha256          VARCHAR(64),
    result          VARCHAR(16) NOT NULL,
    reason          VARCHAR(1000),
    started_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at        TIMESTAMP WITH TIME ZONE,
    rtt_us          BIGINT,
    loss            DOUBLE PRECISION,
    bits_per_second DOUBLE PRECISION,
    source_answers  BIGINT,
    source_mean_us  BIGINT,
    source_p99_us   BIGINT
);

CREATE INDEX transfer_started ON transfer (started_at);
CREATE INDEX transfer_client ON transfer (client, started_at);
CREATE INDEX transfer_who ON transfer (who, started_at);
CREATE INDEX transfer_file ON transfer (file_key, started_at);
CREATE INDEX transfer_token ON transfer (token_hash);
CREATE INDEX transfer_run ON transfer (run_id);
