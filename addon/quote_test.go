package addon

import "testing"

func TestSplit(t *testing.T) {
	for name, tc := range map[string]struct {
		text, own string
		quotes    bool
	}{
		"none":         {"Hello\n\nthere", "Hello\n\nthere", false},
		"marks":        {"Yes.\n\n> No?\n> Why", "Yes.", true},
		"between":      {"> One?\nYes.\n> Two?\nNo.", "Yes.\nNo.", true},
		"english":      {"Yes.\n\nOn Mon, 2 Mar 2026 at 09:00, Carla <c@shop.example> wrote:\n> No?", "Yes.", true},
		"in two lines": {"Yes.\n\nOn Mon, 2 Mar 2026 at 09:00, Carla Customer\n<carla@shop.example> wrote:\n\n> No?", "Yes.", true},
		"german":       {"Ja.\n\nAm Mo., 2. März 2026 um 09:00 Uhr schrieb Carla <c@shop.example>:\n> Nein?", "Ja.", true},
		"french":       {"Oui.\n\nLe lun. 2 mars 2026 à 09:00, Carla <c@shop.example> a écrit :\n> Non ?", "Oui.", true},
		"spanish":      {"Sí.\n\nEl lun, 2 mar 2026 a las 9:00, Carla (<c@shop.example>) escribió:\n> ¿No?", "Sí.", true},
		"italian":      {"Sì.\n\nIl giorno lun 2 mar 2026 alle ore 09:00 Carla <c@shop.example> ha scritto:\n> No?", "Sì.", true},
		"dutch":        {"Ja.\n\nOp ma 2 mrt 2026 om 09:00 schreef Carla <c@shop.example>:\n> Nee?", "Ja.", true},
		"polish":       {"Tak.\n\nW dniu 2.03.2026 o 09:00, Carla napisała:\n> Nie?", "Tak.", true},
		"no marks":     {"Yes.\n\nOn 2 Mar 2026, Carla wrote:\nNo?\nWhy?", "Yes.", true},
		"below it":     {"On 2 Mar 2026, Carla wrote:\n> No?\n\nYes.", "Yes.", true},
		"outlook":      {"Yes.\n\n-----Original Message-----\nFrom: Carla\nNo?", "Yes.", true},
		"outlook de":   {"Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Carla\nNein?", "Ja.", true},
		"header":       {"Yes.\n\nFrom: Carla <c@shop.example>\nSent: Monday\nTo: Support\nSubject: Kettle\n\nNo?", "Yes.", true},
		"header de":    {"Ja.\n\nVon: Carla\nGesendet: Montag\nAn: Support\nBetreff: Kessel\n\nNein?", "Ja.", true},
		"passed on":    {"---------- Forwarded message ---------\nFrom: Carla\nHello", "---------- Forwarded message ---------\nFrom: Carla\nHello", false},
		"only quoted":  {"> all\n> of it", "> all\n> of it", false},
		"no quotation": {"From: here on it is easy.\nAnd there.", "From: here on it is easy.\nAnd there.", false},
		"he wrote":     {"On 2 March she wrote: no.\nSo what?", "On 2 March she wrote: no.\nSo what?", false},
		"on and on":    {"On Monday we ship.\nCarla wrote:\nnothing", "On Monday we ship.\nCarla wrote:\nnothing", false},
		"empty":        {"", "", false},
	} {
		own, quotes := split(tc.text)
		if own != tc.own || quotes != tc.quotes {
			t.Errorf("%s: %q, %v; want %q, %v", name, own, quotes, tc.own, tc.quotes)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("Yes.\n\nOn Mon, Carla wrote:\n> No?")
	f.Add("From: a\nTo: b\nSubject: c")
	f.Fuzz(func(t *testing.T, text string) {
		own, _ := split(text)
		if len(own) > len(text) {
			t.Errorf("longer than what it came from: %q", own)
		}
		whole := ""
		for _, p := range partsOf(text) {
			whole += p
		}
		if whole != text {
			t.Error("the parts are not the whole")
		}
	})
}
