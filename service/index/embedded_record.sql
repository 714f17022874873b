-- The record: everything the embedded engine knows. The search index is made from it and may be thrown away.

-- One row. `identity` tells records apart (a search index of another record is not ours); `sequence` is the number of
-- the last change; `generation` names the search index that is read, `wanted` the one that shall be.
CREATE TABLE state (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    identity   TEXT    NOT NULL,
    sequence   INTEGER NOT NULL,
    generation TEXT    NOT NULL,
    wanted     TEXT    NOT NULL
);

-- Latest revisions, with what filters and counts look at. Numbers are never used twice (AUTOINCREMENT), so that what
-- is left of a deleted article in a search index cannot be taken for a later one.
CREATE TABLE articles (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,
    changed_at REAL    NOT NULL,
    outlet     TEXT,
    day        INTEGER,
    language   TEXT    NOT NULL,
    passages   INTEGER NOT NULL
);
CREATE UNIQUE INDEX articles_by_change ON articles (sequence);
CREATE INDEX articles_by_outlet ON articles (outlet, day, language, passages);

CREATE TABLE deletions (
    sequence   INTEGER PRIMARY KEY,
    number     INTEGER NOT NULL,
    changed_at REAL    NOT NULL
);

CREATE TABLE outlets (
    number INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE,
    name   TEXT NOT NULL
);

CREATE TABLE revisions (
    number              INTEGER NOT NULL,
    revision            INTEGER NOT NULL,
    outlet_id           TEXT,
    outlet_name         TEXT,
    url                 TEXT,
    title               TEXT,
    author              TEXT,
    published_at        TEXT,
    published_at_source TEXT,
    updated_at          TEXT,
    language            TEXT NOT NULL,
    wire_source         TEXT,
    role                TEXT NOT NULL,
    source_group        TEXT NOT NULL,
    stored_at           TEXT NOT NULL,
    digest              TEXT NOT NULL,
    removed             TEXT NOT NULL,
    bands               TEXT NOT NULL,
    signature           BLOB NOT NULL,
    text                TEXT NOT NULL,
    UNIQUE (number, revision)
);
CREATE INDEX revisions_by_url ON revisions (url) WHERE url IS NOT NULL AND role = 'main';

-- `key` is what the search index knows a passage by. The words stand in the revision's text, once.
CREATE TABLE passages (
    key      INTEGER PRIMARY KEY AUTOINCREMENT,
    number   INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    start    INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    language TEXT    NOT NULL,
    context  TEXT    NOT NULL
);
CREATE INDEX passages_of_revision ON passages (number, revision, ordinal);

-- MinHash bands of latest revisions.
CREATE TABLE bands (
    band   TEXT    NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (band, number)
) WITHOUT ROWID;
