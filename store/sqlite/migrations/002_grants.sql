-- Access to mailboxes. A grant that was dropped leaves its rev behind, with no
-- data, so that the next one's is higher.

CREATE TABLE access (
  mailbox TEXT PRIMARY KEY,
  rev     INTEGER NOT NULL,
  data    BLOB
) WITHOUT ROWID;
