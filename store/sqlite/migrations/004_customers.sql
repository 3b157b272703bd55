-- What is known of a customer: their conversations, and the addresses that
-- belong to one person.

CREATE INDEX conversation_customer ON conversation (mailbox, customer, last_at DESC, id) WHERE customer <> '';

CREATE TABLE identity (
  mailbox TEXT NOT NULL,
  email   TEXT NOT NULL,
  data    BLOB NOT NULL,
  PRIMARY KEY (mailbox, email)
) WITHOUT ROWID;
