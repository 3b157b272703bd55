-- For whom a conversation waits that nobody holds: a person's address, or
-- "team:" and a team's name in lower case. What waited before has none.

ALTER TABLE conversation ADD COLUMN waiting TEXT;

CREATE INDEX conversation_waiting ON conversation (waiting, mailbox, opened_at, id) WHERE waiting IS NOT NULL;
