-- Times are milliseconds since 1970-01-01T00:00:00Z; NULL is no time. An identifier that a user does not have is NULL,
-- which no lookup finds and which is not unique.
CREATE TABLE users (
    realm         TEXT    NOT NULL,
    id            INTEGER NOT NULL,
    username      TEXT,
    email         TEXT,
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    active        INTEGER NOT NULL,
    confirmed     INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    created       INTEGER,
    profile       TEXT    NOT NULL, -- JSON, as in the import format
    PRIMARY KEY (realm, id),
    UNIQUE (realm, username),
    UNIQUE (realm, email)
) STRICT;

CREATE TABLE applications (
    id              INTEGER PRIMARY KEY,
    realm           TEXT    NOT NULL,
    secret_digest   TEXT    NOT NULL UNIQUE,
    attempt_limit   INTEGER NOT NULL,
    lockout_minutes INTEGER NOT NULL,
    created         INTEGER
) STRICT;

-- One row for each account and scope that was ever tried, or whose epoch rose.
CREATE TABLE attempts (
    realm   TEXT    NOT NULL,
    key     TEXT    NOT NULL, -- the user's id, or a decoy's key
    scope   TEXT    NOT NULL,
    fails   INTEGER NOT NULL DEFAULT 0,
    run     INTEGER NOT NULL DEFAULT 0,
    last    INTEGER,
    seen    INTEGER,
    epoch   INTEGER NOT NULL DEFAULT 0,
    expires INTEGER,          -- only a decoy's record expires
    PRIMARY KEY (realm, key, scope)
) STRICT;

CREATE INDEX attempts_by_expiry ON attempts (expires) WHERE expires IS NOT NULL;

CREATE TABLE sessions (
    kind        TEXT    NOT NULL,
    digest      TEXT    UNIQUE, -- NULL for a sign-in
    signin      INTEGER UNIQUE, -- NULL for all others
    product     TEXT    NOT NULL,
    realm       TEXT    NOT NULL,
    user_id     INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    application INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    used        INTEGER NOT NULL,
    idle        INTEGER NOT NULL, -- milliseconds; 0: never
    ends        INTEGER NOT NULL,
    displaced   INTEGER NOT NULL,
    data        BLOB,
    expires     INTEGER NOT NULL  -- the earlier of ends and used + idle
) STRICT;

CREATE INDEX sessions_by_user ON sessions (realm, user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE counters (
    key    TEXT    NOT NULL,
    minute INTEGER NOT NULL, -- minutes since 1970
    count  INTEGER NOT NULL,
    PRIMARY KEY (key, minute)
) STRICT;

CREATE INDEX counters_by_minute ON counters (minute);
