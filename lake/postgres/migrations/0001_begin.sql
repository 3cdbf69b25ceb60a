-- What belongs to the whole workspace. Every entity has two tables more, made when
-- it is declared: <entity> holds main's current records, one row each;
-- <entity>__versions holds superseded versions, deletes, and the versions of branches.
-- Texts are compared byte by byte (COLLATE "C"), whatever the database is set to.

CREATE TABLE hw_workspace (
  name  TEXT COLLATE "C" PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL
);

-- One row; who holds its lock may commit. All nodes read from it where the workspace stands.
CREATE TABLE hw_head (
  one   BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
  rev   BIGINT  NOT NULL,                -- newest revision
  ver   BIGINT  NOT NULL,                -- newest version
  epoch BIGINT  NOT NULL,                -- counts the changes of branches, forks and schema
  form  INTEGER NOT NULL                 -- how many migrations were applied
);
INSERT INTO hw_head (rev, ver, epoch, form) VALUES (0, 0, 0, 0);

CREATE TABLE hw_revisions (
  rev        BIGINT PRIMARY KEY,
  branch     BIGINT NOT NULL,
  at         TIMESTAMPTZ NOT NULL,
  actor      TEXT COLLATE "C",
  actor_name TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C",
  kind       TEXT COLLATE "C" NOT NULL,  -- write, import, merge, refresh, undo, schema, branch
  reason     TEXT COLLATE "C",
  import     TEXT COLLATE "C",
  undoes     BIGINT,
  source     BIGINT,
  first_ver  BIGINT NOT NULL,            -- its versions have the numbers first_ver to last_ver
  last_ver   BIGINT NOT NULL,
  changes    JSONB  NOT NULL             -- entity -> versions written
);
CREATE INDEX hw_revisions_import ON hw_revisions(import) WHERE import IS NOT NULL;
CREATE INDEX hw_revisions_branch ON hw_revisions(branch, rev);
-- The few revisions that changed the schema are found without reading the others.
CREATE INDEX hw_revisions_fields ON hw_revisions(rev) WHERE changes ? 'hw_fields';
CREATE INDEX hw_revisions_entities ON hw_revisions(rev) WHERE changes ? 'hw_entities';

CREATE TABLE hw_branches (
  id         BIGINT PRIMARY KEY,
  name       TEXT COLLATE "C" NOT NULL,
  parent     BIGINT NOT NULL,
  fork       BIGINT NOT NULL,            -- the parent's revision that it sees now
  owner      TEXT COLLATE "C",
  shared     BOOLEAN NOT NULL,
  state      TEXT COLLATE "C" NOT NULL,  -- open, merged, discarded
  created_at TIMESTAMPTZ NOT NULL,
  note       TEXT COLLATE "C",
  pins       JSON                        -- the states in which it sees entities of sources: entity -> copy
);
CREATE UNIQUE INDEX hw_branches_open ON hw_branches(name) WHERE state = 'open';

CREATE TABLE hw_forks (                  -- from revision from_rev on, branch sees its parent at at_rev
  branch   BIGINT NOT NULL,
  from_rev BIGINT NOT NULL,
  at_rev   BIGINT NOT NULL,
  PRIMARY KEY (branch, from_rev)
);

CREATE TABLE hw_columns (                -- which physical column holds a field of a kind
  entity TEXT COLLATE "C" NOT NULL,
  field  TEXT COLLATE "C" NOT NULL,
  kind   TEXT COLLATE "C" NOT NULL,
  name   TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (entity, field, kind)
);

CREATE TABLE hw_documents (              -- people, teams, tokens, views, jobs, audit: not branched
  kind TEXT COLLATE "C" NOT NULL,
  id   TEXT COLLATE "C" NOT NULL,
  body JSON NOT NULL,
  PRIMARY KEY (kind, id)
);
