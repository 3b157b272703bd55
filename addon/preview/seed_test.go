package preview_test

import (
	"strings"
	"time"

	"baton/addon/preview"
)

// seed fills the fake with mail: ordinary, long, in HTML only, with attachments, hostile.
func (g *gmail) seed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := func(hours int) time.Time { return noon.Add(-time.Duration(hours) * time.Hour) }
	add := func(box string, msgs ...preview.Message) {
		for i, m := range msgs {
			var answers preview.Handle
			if i > 0 {
				answers = msgs[i-1].Handle
			}
			if m.To == "" {
				m.To = box
			}
			g.put(box, m, answers)
		}
	}
	add("support@acme.test", preview.Message{
		From: "Newsletter <news@shoes.test>", Subject: "Autumn shoes, 20 % off", Date: at(80), Handle: "<n1@shoes.test>",
		Labels: []string{"INBOX", "Baton/Automatic"}, HTML: "<style>p{color:red}</style><h1>Autumn</h1><p>All shoes <b>20 % off</b> this week.</p><script>document.title='owned'</script><img src=x onerror=alert(1)>"})
	add("support@acme.test", preview.Message{
		From: "Jürgen Weiß <j.weiss@kunde.test>", Subject: "Kann ich die Lieferadresse noch ändern?", Date: at(30), Handle: "<a1@kunde.test>",
		Labels: []string{"INBOX", "UNREAD", "Baton/Assigned/Ben", "Baton/State/Waiting"}, Text: "Guten Tag,\n\nich bin letzte Woche umgezogen. Geht das noch?\n\nJ. Weiß"})
	add("support@acme.test", preview.Message{
		From: `"` + hostile + `" <evil@bad.test>`, Subject: hostile, Date: at(20), Handle: "<h1@bad.test>",
		Labels: []string{"INBOX", "Baton/Queue"}, Text: hostile + "\n\n> quoted " + hostile})
	long := make([]preview.Message, 0, 6)
	for i := range 5 {
		from, text := "Rosa Lind <rosa@customer.test>", "Any news about my refund? It has been a week."
		if i%2 == 1 {
			from, text = "Acme Support <support@acme.test>", "We are looking into it and will write to you today."
		}
		long = append(long, preview.Message{From: from, To: "support@acme.test", Subject: strings.Repeat("Re: ", min(i, 1)) + "Refund for order 1042",
			Date: at(12 - i), Handle: preview.Handle("<r" + string(rune('0'+i)) + "@customer.test>"),
			Labels: []string{"INBOX", "Baton/Assigned/Ana", "Baton/Priority/High"}, Text: text})
	}
	long = append(long, preview.Message{From: "Rosa Lind <rosa@customer.test>", Subject: "Re: Refund for order 1042", Date: at(1), Handle: "<r9@customer.test>",
		Labels: []string{"INBOX"}, Text: "Here is the receipt again. The shop at the station gave me only this one, I hope it is enough.\n\nRosa\n\nOn Fri, 20 Nov 2026, Acme Support wrote:\n> We are looking into it and will write to you today.\n> Kind regards",
		Attachments: []preview.Attachment{{Name: "receipt-1042.pdf", Type: "application/pdf", Size: 48213}, {Name: "photo of the box.jpg", Type: "image/jpeg", Size: 1948213}}})
	add("support@acme.test", long...)
	add("sales@acme.test", preview.Message{From: "Chloé Martin <chloe@client.test>", Subject: "Devis pour 40 chaises", Date: at(3), Handle: "<s1@client.test>",
		Labels: []string{"INBOX", "UNREAD", "Baton/Queue"}, Text: "Bonjour,\n\npouvez-vous nous envoyer un devis ?"})
	add("ana@acme.test", preview.Message{From: "Baton <support@acme.test>", Subject: "Given to you: Refund for order 1042", Date: at(4), Handle: "<b1@acme.test>",
		Labels: []string{"INBOX"}, Text: "Mia gave you a conversation in support@acme.test."})
}
