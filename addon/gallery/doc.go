// Package gallery is the table of every card that people can come to see, with
// what leads to each: who looks, what happened at the desk before, and the event
// that was posted. The golden tests of package addon and the preview's gallery
// page draw the same table, so what is reviewed is what is tested.
//
// To add a card:
//
//  1. Write func(s *stage) Answer: let things happen with s.desk, then end with
//     s.shown (a message is opened), s.pressed (a button), s.atHome or s.raw.
//  2. Add a row {name, title, what it shows, that function} to the group in the
//     file that fits, or a new group to States in state.go.
//  3. go test ./addon -run Golden -update, and look at the file that it writes
//     into addon/testdata and at /preview/gallery#name.
//
// state.go has the table's form, stage.go and event.go the desk that a card is
// drawn from, company.go and mail.go what that desk knows; the other files are
// the rows. Nothing here is reachable from outside: each card is drawn by the
// real add-on on a desk of its own that is dropped afterwards.
package gallery
