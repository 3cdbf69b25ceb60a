-- What belongs to the whole workspace. Every entity has two tables more, made when
-- it is declared: <entity> holds main's current records, one row each;
-- <entity>__versions holds superseded versions, deletes, and the versions of branches.

CREATE TABLE hw_workspace (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE hw_revisions (
  rev        INTEGER PRIMARY KEY,
  branch     INTEGER NOT NULL,
  at         TEXT NOT NULL,              -- UTC, RFC 3339 with microseconds
  actor      TEXT,
  actor_name TEXT NOT NULL,
  request_id TEXT,
  kind       TEXT NOT NULL,              -- write, import, merge, refresh, undo, schema, branch
  reason     TEXT,
  import     TEXT,
  undoes     INTEGER,
  source     INTEGER,
  first_ver  INTEGER NOT NULL,           -- its versions have the numbers first_ver to last_ver
  last_ver   INTEGER NOT NULL,
  changes    TEXT NOT NULL               -- JSON: entity -> versions written
);
CREATE INDEX hw_revisions_import ON hw_revisions(import) WHERE import IS NOT NULL;
CREATE INDEX hw_revisions_branch ON hw_revisions(branch, rev);
-- The few revisions that changed the schema are found without reading the others.
CREATE INDEX hw_revisions_fields ON hw_revisions(rev) WHERE json_extract(changes, '$.hw_fields') > 0;
CREATE INDEX hw_revisions_entities ON hw_revisions(rev) WHERE json_extract(changes, '$.hw_entities') > 0;

CREATE TABLE hw_branches (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  parent     INTEGER NOT NULL,
  fork       INTEGER NOT NULL,           -- the parent's revision that it sees now
  owner      TEXT,
  shared     INTEGER NOT NULL,
  state      TEXT NOT NULL,              -- open, merged, discarded
  created_at TEXT NOT NULL,
  note       TEXT
);
CREATE UNIQUE INDEX hw_branches_open ON hw_branches(name) WHERE state = 'open';

CREATE TABLE hw_forks (                  -- from revision from_rev on, branch sees its parent at at_rev
  branch   INTEGER NOT NULL,
  from_rev INTEGER NOT NULL,
  at_rev   INTEGER NOT NULL,
  PRIMARY KEY (branch, from_rev)
) WITHOUT ROWID;

CREATE TABLE hw_columns (                -- which physical column holds a field of a kind
  entity TEXT NOT NULL,
  field  TEXT NOT NULL,
  kind   TEXT NOT NULL,
  name   TEXT NOT NULL,
  PRIMARY KEY (entity, field, kind)
) WITHOUT ROWID;

CREATE TABLE hw_documents (              -- people, teams, tokens, views, jobs, audit: not branched
  kind TEXT NOT NULL,
  id   TEXT NOT NULL,
  body TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
