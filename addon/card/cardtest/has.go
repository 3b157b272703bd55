package cardtest

import (
	"fmt"
	"strings"
	"testing"
)

// Condition is one thing a card should show; it gives an error when it does not.
type Condition func(Card) error

// Has fails the test for each condition that the card does not meet, and then shows the card's texts.
func (c Card) Has(t testing.TB, all ...Condition) {
	t.Helper()
	for _, cond := range all {
		if err := cond(c); err != nil {
			t.Errorf("%v; the card says:\n  %s", err, strings.Join(c.Texts(), "\n  "))
		}
	}
}

// HasText wants a text that contains s.
func HasText(s string) Condition {
	return func(c Card) error {
		if !c.Contains(s) {
			return fmt.Errorf("no text with %q", s)
		}
		return nil
	}
}

// HasButton wants a button with that text that can be clicked.
func HasButton(text string) Condition {
	return func(c Card) error {
		switch b := c.Button(text); {
		case b == nil:
			return fmt.Errorf("no button %q", text)
		case b.Disabled:
			return fmt.Errorf("button %q is disabled", text)
		}
		return nil
	}
}

// HasInput wants an input of that name.
func HasInput(name string) Condition {
	return func(c Card) error {
		if c.Input(name) == nil {
			return fmt.Errorf("no input %q", name)
		}
		return nil
	}
}

// HasSection wants a section under that heading.
func HasSection(header string) Condition { return In(header) }

// In wants a section under that heading which meets all conditions.
func In(header string, all ...Condition) Condition {
	return func(c Card) error {
		part, ok := c.Section(header)
		if !ok {
			return fmt.Errorf("no section %q, only %q", header, c.Sections())
		}
		for _, cond := range all {
			if err := cond(part); err != nil {
				return fmt.Errorf("section %q: %w", header, err)
			}
		}
		return nil
	}
}

// Not wants the condition not to be met.
func Not(cond Condition) Condition {
	return func(c Card) error {
		if cond(c) == nil {
			return fmt.Errorf("the card has what it should not have")
		}
		return nil
	}
}
