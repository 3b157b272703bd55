package addon

import (
	"regexp"
	"strings"
)

// attribution is the line that a mail program puts before what it quotes: "On
// Mon, 2 Mar 2026, Carla wrote:", in the languages of people nearby. A program
// may break it in two.
var attribution = regexp.MustCompile(`(?i)^\s*(` +
	`on\b.{4,300}\bwrote` + `|am\b.{4,300}\bschrieb\b.{0,120}` + `|.{4,300}\bschrieb am\b.{4,120}` + `|le\b.{4,300}\ba écrit` +
	`|el\b.{4,300}\bescribió` + `|il\b.{4,300}\bha scritto` + `|em\b.{4,300}\bescreveu` + `|op\b.{4,300}\bschreef\b.{0,120}` +
	`|(den|d\.)\b.{4,300}\bskrev\b.{0,120}` + `|.{4,300}\bkirjoitti` + `|w dniu\b.{4,300}\bnapisał(\(a\)|a)?` + `|dne\b.{4,300}\bnapsal(\(a\)|a)?` +
	`|.{4,300}\bпишет|.{4,300}\bписал\(?а?\)?` + `|.{4,300}\byazdı` + `|.{4,300}(のメール|が書きました)` + `|.{4,300}写道` +
	`)\s?[:：]\s*$`)

// original is the line that Outlook and others put before a whole mail.
var original = regexp.MustCompile(`(?i)^\s*(-{2,}\s*(original message|original appointment|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|forwarded message` +
	`|message d'origine|message transféré|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|ursprungligt meddelande` +
	`|opprinnelig melding|oprindelig meddelelse|wiadomość oryginalna|původní zpráva|исходное сообщение|orijinal mesaj)\s*-{2,}|begin forwarded message:)\s*$`)

// Header lines of a quoted mail, by their place: the first, and those that follow.
var (
	quotedFrom = regexp.MustCompile(`(?i)^\s*\*?(from|von|de|da|van|från|fra|od|от|kimden|lähettäjä)\s?:\*?\s+\S`)
	quotedMore = regexp.MustCompile(`(?i)^\s*\*?(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|assunto|inviato|data|a|oggetto` +
		`|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|odesláno|komu|předmět|отправлено|кому|тема|konu)\s?:\*?`)
)

// split parts a message's text into what its writer says and whether there is
// quoted text besides: lines that begin with ">", the line that introduces
// them, and everything from the header of a mail below on.
func split(text string) (own string, quotes bool) {
	lines := strings.Split(text, "\n")
	var kept []string
	for i := 0; i < len(lines); i++ {
		if quotedLine(lines[i]) {
			quotes = true
			continue
		}
		if original.MatchString(lines[i]) || headerBlock(lines[i:]) {
			quotes = true
			break
		}
		if n := introduces(lines[i:]); n > 0 {
			quotes = true
			next := i + n
			for next < len(lines) && strings.TrimSpace(lines[next]) == "" {
				next++
			}
			if next < len(lines) && !quotedLine(lines[next]) {
				break // quoted without marks: nobody can tell where it ends
			}
			i = next - 1
			continue
		}
		kept = append(kept, lines[i])
	}
	own = strings.TrimSpace(emptyLines.ReplaceAllString(strings.Join(kept, "\n"), "\n\n"))
	if own == "" && quotes {
		return strings.TrimSpace(text), false // a mail passed on says what it quotes
	}
	return own, quotes
}

var emptyLines = regexp.MustCompile(`\n\s*\n(\s*\n)+`)

func quotedLine(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), ">") }

// introduces tells how many lines at the beginning introduce a quotation: 0, 1
// or 2.
func introduces(lines []string) int {
	if len(lines[0]) > 600 {
		return 0
	}
	if attribution.MatchString(lines[0]) {
		return 1
	}
	if len(lines) > 1 && len(lines[1]) < 300 && strings.TrimSpace(lines[0]) != "" && attributionBegins.MatchString(lines[0]) &&
		attribution.MatchString(strings.TrimRight(lines[0], " ")+" "+strings.TrimSpace(lines[1])) {
		return 2
	}
	return 0
}

var attributionBegins = regexp.MustCompile(`(?i)^\s*(on|am|le|el|il|em|op|den|w dniu|dne)\b.*\d`)

// headerBlock tells whether lines begin with the header of a quoted mail: a
// sender, and two more fields among the next four lines.
func headerBlock(lines []string) bool {
	if len(lines[0]) > 600 || !quotedFrom.MatchString(lines[0]) {
		return false
	}
	n := 0
	for _, line := range lines[1:min(len(lines), 5)] {
		if len(line) < 2000 && quotedMore.MatchString(line) {
			n++
		}
	}
	return n >= 2
}
