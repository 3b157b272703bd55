package desk

import "strings"

// languageOf gives the language that a mail's headers declare: Content-Language
// of the text (RFC 3282), else the first of Accept-Language, which several mail
// programs send. It is the primary subtag in lower case ("de" of "de-AT"). A mail
// that declares none leaves what earlier mail said.
func languageOf(f Facts, before string) string {
	for _, name := range []string{"content-language", "accept-language"} {
		tag, _, _ := strings.Cut(f.Headers[name], ",")
		tag, _, _ = strings.Cut(tag, ";")
		tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if (len(tag) == 2 || len(tag) == 3) && strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz") == "" {
			return tag
		}
	}
	return before
}
