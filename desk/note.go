package desk

import "time"

// MaxNote bounds a note, in characters; MaxNoteVersions how many earlier
// versions are kept in the note (the newest ones).
const (
	MaxNote         = 4000
	MaxNoteVersions = 20
)

// Note is an internal remark. It never leaves the house.
type Note struct {
	ID       NoteID    `json:"id"`
	By       Email     `json:"by"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"`
	Mentions []Email   `json:"mentions,omitempty"` // whom the text names, members of teams among them
	Outside  []Email   `json:"outside,omitempty"`  // named too, but could not see the conversation then
	// Open are those who have not marked as done that they are named; on a record
	// only, of notes that were on it since they were written. The store's mentions
	// are what people's lists are made of.
	Open     []Email   `json:"open,omitempty"`
	EditedAt time.Time `json:"edited_at,omitzero"`
	// Earlier holds the texts before each edit, oldest first. A record carries
	// only their number; the store's copy of the note has the texts.
	Earlier  []NoteVersion `json:"earlier,omitempty"`
	Versions int           `json:"versions,omitempty"`
	// Gone: that it was written was undone. It is kept for undoing that, and shown
	// nowhere.
	Gone bool `json:"gone,omitempty"`
	// Withdrawn holds texts whose edit was undone, for undoing that; in the
	// store's copy only, at most MaxNoteVersions.
	Withdrawn []NoteVersion `json:"withdrawn,omitempty"`
	// ErasedAt and ErasedBy are set when the note was deleted: nothing else is left
	// of it but whose it was and when it was written.
	ErasedAt time.Time `json:"erased_at,omitzero"`
	ErasedBy Email     `json:"erased_by,omitempty"`
	// In is the merged thread in which it was written, where a kept record tells of
	// it; "" = the conversation's own.
	In ConversationID `json:"in,omitempty"`
}

// Erased tells whether the note was deleted for good.
func (n Note) Erased() bool { return !n.ErasedAt.IsZero() }

// NoteVersion is a note as it was before an edit.
type NoteVersion struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"` // when this version was written
}
