package gallery

import (
	"strings"
	"time"

	"baton/desk"
)

// dina writes right to left, and her name holds a number.
var dina = desk.Address{Name: "דינה לוי 7", Email: "dina@shop.example"}

// hebrew is a conversation in Hebrew and Arabic, mixed with English and numbers,
// at a desk where somebody is called so.
func (s *stage) hebrew() desk.Conversation {
	s.policy(func(p *desk.Policy) { p.Members[0].Name = "נועה כהן" })
	c := s.letters("הזמנה 1042 (order) לא הגיעה!", dina, "שלום,\nההזמנה 1042 לא הגיעה. Tracking: RX-77 (DHL).\nתודה")
	c = s.must(s.desk.Give(s.ctx, mia, c.ID, 0, desk.Give{To: ana, Why: "את מכירה אותם, order 1042", Due: s.now.Add(3 * time.Hour)}))
	c = s.must(s.desk.AddNote(s.ctx, ana, c.ID, "1", "دفعنا 250 EUR يوم 3, see @ben"))
	c = s.must(s.desk.AddTag(s.ctx, ana, c.ID, "החזר 50%"))
	c = s.must(s.desk.AddTodo(s.ctx, ana, c.ID, "t", desk.Task{For: ana, Text: "להתקשר ל-DHL, RX-77", Due: s.now.Add(2 * time.Hour)}))
	return s.must(s.desk.Share(s.ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Why: "מלאי 12"}))
}

// long is a conversation in which everything is too long for one line.
func (s *stage) long() desk.Conversation {
	word := strings.Repeat("Donaudampfschifffahrt", 6)
	s.policy(func(p *desk.Policy) {
		p.Members[0].Name = "Maximiliane-Alexandra Freifrau von und zu Hohenschwangau-Wittelsbach"
	})
	from := desk.Address{Name: word, Email: desk.Email("accounts.payable.invoices.and.reminders@" + strings.Repeat("subsidiary.", 6) + "shop.example")}
	c := s.letters("Re: Fwd: Re: "+word+" and what should be done about it before the end of the financial year", from,
		"https://shop.example/"+strings.Repeat("a-very-long-path/", 12)+"\n\n"+word)
	c = s.must(s.desk.Give(s.ctx, mia, c.ID, 0, desk.Give{To: ana, Why: word + " " + word, Due: s.now.Add(72 * time.Hour)}))
	c = s.must(s.desk.AddNote(s.ctx, ana, c.ID, "1", word+word+" @ben"))
	for _, tag := range []string{"a tag of many words that nobody would write", word[:40], "refund"} {
		c = s.must(s.desk.AddTag(s.ctx, ana, c.ID, tag))
	}
	c = s.must(s.desk.AddTodo(s.ctx, mia, c.ID, "t", desk.Task{For: ana, Text: "Call them about " + word, Due: s.now.Add(48 * time.Hour)}))
	return s.must(s.desk.Share(s.ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment, Why: word}))
}

// scripts are cards with text that runs the other way, and text without end.
func scripts() []State {
	return []State{
		{"rtl", "Hebrew and Arabic", "Names, numbers and times stay where they belong.", func(s *stage) Answer {
			return s.shown(ana, s.hebrew())
		}},
		{"rtl-history", "Hebrew and Arabic in a history", "Each sentence reads from the left.", func(s *stage) Answer {
			return s.pressed("history", mia, s.hebrew())
		}},
		{"rtl-customer", "Hebrew and Arabic on a customer's card", "Subjects and names, each by itself.", func(s *stage) Answer {
			c := s.hebrew()
			s.answered(s.mailFrom(desk.Message{Subject: "שאלה 2 על המשלוח", From: dina}), ana)
			return s.pressed("customer", mia, c)
		}},
		{"rtl-deleted", "A deleted note of somebody with a Hebrew name", "The sentence reads from the left.", func(s *stage) Answer {
			c := s.hebrew()
			s.must(s.desk.EraseNote(s.ctx, mia, c.ID, c.Notes[0].ID))
			return s.later(24*time.Hour).pressed("notes", mia, c)
		}},
		{"rtl-company", "A colleague with a Hebrew name is at it too", "Names, then what they do and since when.", func(s *stage) Answer {
			s.looks = true
			c := s.hebrew()
			s.pressed("reply-form", ana, c)
			return s.later(4*time.Minute).shown(ben, c)
		}},
		{"rtl-read", "Hebrew mail", "Lines of the mail run their own way.", func(s *stage) Answer {
			return s.pressed("read", ana, s.hebrew())
		}},
		{"rtl-home", "Hebrew and Arabic in lists", "Each line by itself.", func(s *stage) Answer {
			s.hebrew()
			return s.atHome(ana)
		}},
		{"long", "Long names, addresses, words", "Nothing is cut off without another place that has it whole.", func(s *stage) Answer {
			return s.shown(ana, s.long())
		}},
		{"long-read", "Long words in mail", "Unbroken words break.", func(s *stage) Answer {
			return s.pressed("read", ana, s.long())
		}},
		{"long-home", "Long lines in lists", "One line each; the rest is behind a click.", func(s *stage) Answer {
			s.long()
			return s.atHome(ana)
		}},
		{"long-customer", "Long names on a customer's card", "Lines wrap; nothing stands beside them.", func(s *stage) Answer {
			c := s.long()
			s.mailFrom(desk.Message{Subject: c.Subject, From: c.Customer})
			return s.pressed("customer", ana, c)
		}},
		{"long-form", "Long texts in a form", "Fields keep their width.", func(s *stage) Answer {
			return s.pressed("sort-form", ana, s.long())
		}},
	}
}
