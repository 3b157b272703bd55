-- Every value that desk declares is kept whole in `data`, as JSON; the other
-- columns are keys, sort keys and what a list shows. Times are microseconds
-- since 1970 in UTC.

CREATE TABLE conversation (
  n             INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  version       INTEGER NOT NULL,
  labels_rev    INTEGER NOT NULL,
  mailbox       TEXT NOT NULL,
  thread        TEXT NOT NULL,
  last_id       TEXT NOT NULL,
  subject       TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  customer      TEXT NOT NULL,
  status        TEXT NOT NULL,
  priority      TEXT NOT NULL,
  assignee      TEXT NOT NULL,
  team          TEXT NOT NULL,
  due           INTEGER NOT NULL, -- 9223372036854775807 = nothing is due
  last_at       INTEGER NOT NULL,
  opened_at     INTEGER NOT NULL,
  holder        TEXT,             -- the assignee while the conversation is active
  queue         INTEGER,          -- 0 high, 1 others, while it waits to be taken
  data          BLOB NOT NULL
);
CREATE INDEX conversation_mine   ON conversation (holder, mailbox, due, opened_at, id) WHERE holder IS NOT NULL;
CREATE INDEX conversation_queue  ON conversation (mailbox, queue, opened_at, id) WHERE queue IS NOT NULL;
CREATE INDEX conversation_late   ON conversation (mailbox, due, id) WHERE due < 9223372036854775807;
CREATE INDEX conversation_status ON conversation (mailbox, status, last_at DESC, id);

CREATE TABLE event (
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  seq          INTEGER NOT NULL,
  data         BLOB NOT NULL,
  PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;

CREATE TABLE note (
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  id           TEXT NOT NULL,
  at           INTEGER NOT NULL,
  data         BLOB NOT NULL,
  PRIMARY KEY (conversation, id)
);
CREATE INDEX note_newest ON note (conversation, at DESC, id);

CREATE TABLE handle (
  handle       TEXT NOT NULL,
  conversation TEXT NOT NULL,
  PRIMARY KEY (handle, conversation)
) WITHOUT ROWID;

CREATE TABLE mention (
  person       TEXT NOT NULL,
  conversation TEXT NOT NULL,
  note         TEXT NOT NULL,
  at           INTEGER NOT NULL,
  done         INTEGER NOT NULL,
  data         BLOB NOT NULL,
  PRIMARY KEY (person, conversation, note)
) WITHOUT ROWID;
CREATE INDEX mention_open ON mention (person, at DESC, conversation, note) WHERE done = 0;

CREATE TABLE share (
  person       TEXT NOT NULL,
  at           INTEGER NOT NULL,
  conversation TEXT NOT NULL,
  share        TEXT NOT NULL,
  until        INTEGER NOT NULL,
  PRIMARY KEY (person, at DESC, conversation, share)
) WITHOUT ROWID;
CREATE INDEX share_person ON share (person, conversation);

CREATE TABLE line (
  mailbox      TEXT NOT NULL,
  message      TEXT NOT NULL,
  conversation TEXT NOT NULL,
  data         BLOB NOT NULL,
  PRIMARY KEY (mailbox, message)
) WITHOUT ROWID;

CREATE TABLE intent (
  id         TEXT PRIMARY KEY,
  state      TEXT NOT NULL,
  background INTEGER NOT NULL, -- 0 = a person waits for it
  created_at INTEGER NOT NULL,
  due        INTEGER NOT NULL, -- from when it may be claimed
  holder     TEXT NOT NULL,
  data       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX intent_open   ON intent (background, created_at, id, due) WHERE state IN ('pending', 'claimed');
CREATE INDEX intent_held   ON intent (holder) WHERE state = 'claimed';
CREATE INDEX intent_parked ON intent (created_at DESC, id) WHERE state = 'parked';

-- How many conversations a mailbox has in each status (of = 'conversation'),
-- how many ledger lines of each verdict (of = 'line'), and how many intents
-- there are in each state (of = 'intent', mailbox = '').
CREATE TABLE tally (
  of      TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  name    TEXT NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (of, mailbox, name)
) WITHOUT ROWID;

CREATE TABLE mailbox (
  address TEXT PRIMARY KEY,
  data    BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE lease (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL, -- '' = given back
  fence  INTEGER NOT NULL,
  until  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE policy (
  version TEXT PRIMARY KEY,
  at      INTEGER NOT NULL,
  text    BLOB NOT NULL
);

CREATE TABLE presence (
  member TEXT PRIMARY KEY,
  data   BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE turn (
  team   TEXT NOT NULL,
  member TEXT NOT NULL,
  at     INTEGER NOT NULL,
  PRIMARY KEY (team, member)
) WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
