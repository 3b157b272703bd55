package policy

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every way to write a condition; the mark stands where the fault must point.
func TestConditionFaultsPointIntoTheFile(t *testing.T) {
	for name, when := range map[string]string{
		"plain":                    `when: true && ‸bodi == "x"`,
		"plain at the start":       `when: ‸bodi == "x"`,
		"plain behind umlauts":     `when: subject == "üöä" && ‸bodi == "x"`,
		"plain, several lines":     "when: true &&\n      true   \n\n      && ‸bodi == \"x\"",
		"plain, next line":         "when:\n      true && ‸bodi == \"x\"",
		"single quotes":            `when: 'subject == "it''s" && ‸bodi == "x"'`,
		"single quotes, lines":     "when: 'true &&\n      ‸bodi == \"x\"'",
		"double quotes":            `when: "subject == \"a\\\"\u00fc\" && ‸bodi == 'x'"`,
		"double quotes, lines":     "when: \"true &&\n      true && \\\n      ‸bodi == 'x'\"",
		"double quotes, escapes":   `when: "true &&\n‸bodi == 'x'"`,
		"literal":                  "when: |\n      true &&\n      ‸bodi == \"x\"",
		"literal, first line":      "when: |\n      ‸bodi == \"x\"\n",
		"literal, indented":        "when: |-\n      true\n          && (\n            ‸bodi == \"x\")\n",
		"literal, empty lines":     "when: |\n\n      true &&\n\n\n      ‸bodi == \"x\"\n\n",
		"literal, own indentation": "when: |2\n        true &&\n      ‸bodi == \"x\"",
		"literal, comment":         "when: |  # why\n      true && ‸bodi == \"x\"",
		"folded":                   "when: >\n      true &&\n      true && ‸bodi == \"x\"",
		"folded, indented":         "when: >-\n      true &&\n        true\n      && ‸bodi == \"x\"",
		"folded, paragraphs":       "when: >\n      true &&\n\n      ‸bodi == \"x\"",
	} {
		text := with(99, "  - name: S\n    "+when+"\n    then: {stop: true}")
		before, _, _ := strings.Cut(text, string(mark))
		column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
		want := fmt.Sprintf("%d:%d: bodi is not known, did you mean body?", strings.Count(before, "\n")+1, column)
		t.Run(name, func(t *testing.T) {
			unix := strings.Replace(text, string(mark), "", 1)
			check(t, unix, want)
			check(t, strings.ReplaceAll(unix, "\n", "\r\n"), want)
		})
	}
}

// An unfinished condition points behind its last character.
func TestConditionFaultAtTheEnd(t *testing.T) {
	check(t, with(99, "  - name: S\n    when: subject ==\n    then: {stop: true}"), "14:21: this is not a condition")
	check(t, with(99, "  - name: S\n    when: |\n      subject ==\n    then: {stop: true}"), "15:17: this is not a condition")
}

// A condition in one word of a list or a table is still found.
func TestConditionInFlowStyle(t *testing.T) {
	check(t, with(99, `  - {name: S, when: 'true && bodi == "x"', then: {stop: true}}`), "13:30: bodi is not known")
	check(t, with(99, "  - {name: S, then: {stop: true}, when: \"true &&\n       bodi == 'x'\"}"), "14:8: bodi is not known")
}
