-- What the clients of each running server want just now, so that a client's cap holds on all servers together.
-- A row for each server, replaced all the time and worthless after seconds: no write-ahead log for it.
CREATE UNLOGGED TABLE node_share (
    run_id      UUID PRIMARY KEY,
    node        VARCHAR(200) NOT NULL,
    seen_at     TIMESTAMP WITH TIME ZONE NOT NULL, -- by the clock of the database, as everything that is compared with it
    clients     TEXT[] NOT NULL,
    wanted_bits BIGINT[] NOT NULL -- a second, of each client
);
