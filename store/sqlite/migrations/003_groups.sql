-- Changes of many conversations, for as long as they can be undone.

CREATE TABLE bulk (
  id   TEXT PRIMARY KEY,
  at   INTEGER NOT NULL,
  data BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX bulk_at ON bulk (at);
