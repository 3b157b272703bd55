package desk

import (
	"regexp"
	"strings"
)

// apart is what people and mail programs put between the groups of a number: a
// few signs, and a line break, behind which a mail program may have put its
// quotation mark.
const apart = `[ .\-/|]{0,3}(?:\r?\n[> ]*)?`

// cardNumber finds what could be the number of a payment card: 13 to 19 digits,
// alone or in groups.
var cardNumber = regexp.MustCompile(`[2-6][0-9]{3}(?:` + apart + `[0-9]){9,15}`)

// accountNumber finds what could be an IBAN, in groups or not.
var accountNumber = regexp.MustCompile(`(?i)[A-Z]{2}[0-9]{2}(?:` + apart + `[A-Z0-9]){11,30}`)

// Mask hides the numbers of payment cards and bank accounts (IBAN) in a text,
// but for their last four digits: "•••• 1042". A number counts when its check
// digits are right; other long numbers stay. Digits may be of any script.
func Mask(text string) string {
	text = replaceNumbers(text, accountNumber, account)
	return replaceNumbers(text, cardNumber, card)
}

// replaceNumbers masks what a pattern finds and judge takes: judge gives the
// length of the number at the beginning of what was found, 0 for none. more says
// that a letter or digit follows what was found.
func replaceNumbers(original string, pattern *regexp.Regexp, judge func(found string, more bool) int) string {
	plain := plainDigitsOf(original)
	text := plain.text
	var out strings.Builder
	done, from := 0, 0 // done counts in the original
	for from < len(text) {
		at := pattern.FindStringIndex(text[from:])
		if at == nil {
			break
		}
		begin, end := from+at[0], from+at[1]
		n := 0
		if standsAlone(text, begin) {
			n = judge(text[begin:end], end < len(text) && alnum(text[end]))
		}
		if n == 0 || begin+n < len(text) && alnum(text[begin+n]) {
			// No number begins inside this run of letters and digits.
			for from = begin + 1; from < len(text) && alnum(text[from]); {
				from++
			}
			continue
		}
		out.WriteString(original[done:plain.from[begin]])
		out.WriteString("•••• " + lastFour(text[begin:begin+n]))
		done, from = plain.to[begin+n-1], begin+n
	}
	out.WriteString(original[done:])
	return out.String()
}

// telephone is the beginning of an international number.
var telephone = regexp.MustCompile(`(?:\+|\b00)[0-9]{1,3}[ ().\-/]{1,3}(?:[0-9]{1,4}[ ().\-/]{1,3})?$`)

// standsAlone tells whether a number may begin at i: not inside a word or a
// longer number, and not behind the plus of a telephone number.
func standsAlone(text string, i int) bool {
	if i == 0 {
		return true
	}
	b := text[i-1]
	if i > 1 && (b == '-' || b == '.') && digit(text[i-2]) {
		return false
	}
	return !alnum(b) && b != '+' && !telephone.MatchString(text[max(0, i-16):i])
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func alnum(b byte) bool { return digit(b) || b|0x20 >= 'a' && b|0x20 <= 'z' }

// compact gives a number without what stands between its groups, and where in
// found each of its characters ends.
func compact(found string) (number string, ends []int) {
	var b strings.Builder
	for i := range len(found) {
		if alnum(found[i]) {
			b.WriteByte(found[i])
			ends = append(ends, i+1)
		}
	}
	return b.String(), ends
}

func lastFour(found string) string {
	number, _ := compact(found)
	return number[len(number)-4:]
}

// card judges the number of a payment card: the longest beginning that passes
// the Luhn check and ends with a group.
func card(found string, more bool) int {
	number, ends := compact(found)
	for n := len(number); n >= 13; n-- {
		whole := n == len(number) && !more || n < len(number) && ends[n] != ends[n-1]+1
		if whole && luhn(number[:n]) {
			return ends[n-1]
		}
	}
	return 0
}

// luhn checks a number's last digit (ISO/IEC 7812-1, annex B).
func luhn(number string) bool {
	sum, same := 0, true
	for i := range len(number) {
		n := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
		same = same && number[i] == number[0]
	}
	return sum%10 == 0 && !same
}

// ibanLengths are the lengths of the IBANs of each country (SWIFT's IBAN
// registry), as country and length in turn.
const ibanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 " +
	"FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 " +
	"LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 " +
	"SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"

// account judges an IBAN by its country's length and its check digits
// (ISO 13616).
func account(found string, _ bool) int {
	number, ends := compact(found)
	number = strings.ToUpper(number)
	i := strings.Index(ibanLengths, number[:2])
	if i < 0 {
		return 0
	}
	n := int(ibanLengths[i+2]-'0')*10 + int(ibanLengths[i+3]-'0')
	if n > len(number) {
		return 0
	}
	rest := 0
	for _, r := range number[4:n] + number[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	if rest != 1 {
		return 0
	}
	return ends[n-1]
}
