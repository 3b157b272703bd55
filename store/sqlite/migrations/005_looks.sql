-- Who has a conversation before them, and what lists say beside the sort keys:
-- until when it is snoozed (microseconds; -1 = until a reply, 0 = not), and
-- whether an answer came back.

ALTER TABLE conversation ADD COLUMN looks BLOB;
ALTER TABLE conversation ADD COLUMN snoozed_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN came_back INTEGER NOT NULL DEFAULT 0;

UPDATE conversation SET snoozed_until = coalesce(
  CAST(round(unixepoch(json_extract(CAST(data AS TEXT), '$.nap.until'), 'subsec') * 1000000) AS INTEGER), -1)
WHERE status = 'snoozed' AND json_extract(CAST(data AS TEXT), '$.nap') IS NOT NULL;
