package gmail

import (
	"net/mail"
	"strings"

	"baton/desk"
)

var addresses = mail.AddressParser{WordDecoder: &words}

// addressesIn reads an address header. What net/mail refuses is read with
// tolerance: whatever has an @ and no space is an address. At most
// maxRecipients are given.
func addressesIn(value string) []desk.Address {
	if strings.TrimSpace(value) == "" {
		return nil
	}
	list, err := addresses.ParseList(value)
	if err != nil {
		return looseAddresses(value)
	}
	out := make([]desk.Address, 0, min(len(list), maxRecipients))
	for _, a := range list {
		if len(out) == maxRecipients {
			break
		}
		if e := emailIn(a.Address); e != "" {
			out = append(out, desk.Address{Name: nameIn(a.Name), Email: e})
		}
	}
	return out
}

// people reads an address header that may be there several times, as some mail
// programs have it against the rules.
func people(h Headers, name string) []desk.Address {
	var out []desk.Address
	for _, v := range h[name] {
		out = append(out, addressesIn(v)...)
	}
	return out[:min(len(out), maxRecipients)]
}

// sender gives who wrote a mail; the zero Address when nobody is named.
func sender(h Headers) desk.Address {
	for _, name := range []string{"from", "sender"} {
		if list := addressesIn(h.Get(name)); len(list) > 0 {
			return list[0]
		}
	}
	return desk.Address{Name: nameIn(plain(h.Get("from")))}
}

func emailIn(s string) desk.Email {
	if len(s) > maxAddress || strings.ContainsFunc(s, spacey) {
		return ""
	}
	return desk.ParseEmail(s)
}

func nameIn(s string) string { return cutRunes(oneLine(s), maxName) }

// looseAddresses cuts at commas and semicolons outside quotes.
func looseAddresses(value string) []desk.Address {
	var out []desk.Address
	quoted := false
	fields := strings.FieldsFunc(value, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ',' || r == ';')
	})
	for _, f := range fields {
		name, addr := "", f
		if i := strings.LastIndexByte(f, '<'); i >= 0 {
			name = f[:i]
			addr, _, _ = strings.Cut(f[i+1:], ">")
		}
		for _, w := range strings.FieldsFunc(addr, func(r rune) bool { return strings.ContainsRune(" \t\r\n()\"'", r) }) {
			if i := strings.IndexByte(w, '@'); i > 0 && i < len(w)-1 {
				if e := emailIn(w); e != "" && len(out) < maxRecipients {
					out = append(out, desk.Address{Name: nameIn(plain(strings.Trim(strings.TrimSpace(name), `"'`))), Email: e})
				}
				break
			}
		}
	}
	return out
}

func emails(list []desk.Address) []desk.Email {
	out := make([]desk.Email, 0, len(list))
	for _, a := range list {
		out = append(out, a.Email)
	}
	return out
}

// messageIDs lists the ids of a References, In-Reply-To or Message-ID value,
// without angle brackets; a value without any brackets is taken word by word.
func messageIDs(value string) []desk.RFCID {
	var out []desk.RFCID
	take := func(s string) {
		if s = cut(strings.Join(strings.Fields(oneLine(s)), ""), maxMessageID); s != "" {
			out = append(out, desk.RFCID(s))
		}
	}
	if !strings.ContainsRune(value, '<') {
		for _, w := range strings.Fields(value) {
			take(strings.Trim(w, "<>"))
		}
		return out
	}
	for {
		_, after, ok := strings.Cut(value, "<")
		if !ok {
			return out
		}
		id, rest, _ := strings.Cut(after, ">")
		take(id)
		value = rest
	}
}

func messageID(h Headers) desk.RFCID {
	if ids := messageIDs(h.Get("message-id")); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// references gives the ids that a mail answers to, oldest first. Beyond
// maxReferences the first, which began the thread, and the newest stay.
func references(h Headers) []desk.RFCID {
	var out []desk.RFCID
	seen := make(map[desk.RFCID]bool)
	for _, name := range []string{"references", "in-reply-to"} {
		for _, id := range messageIDs(h.Get(name)) {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	if n := len(out); n > maxReferences {
		out = append(out[:1], out[n-maxReferences+1:]...)
	}
	return out
}
