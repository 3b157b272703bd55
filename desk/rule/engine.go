package rule

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"baton/desk"
)

// Time budgets. Cost bounds work long before; these hold when a machine is slow.
const (
	// Time limits are the last resort behind the cost limit, which is the same on
	// every machine: wide enough that a busy machine does not route otherwise.
	ruleTime  = 250 * time.Millisecond // of one condition
	routeTime = 2 * time.Second        // of one mail; later rules are left out
)

// ExplicitNormal is the Priority of Actions that set a mail to the normal
// priority, so that no later rule raises it. Actions without a priority have
// "". A Routing never carries it.
const ExplicitNormal desk.Priority = "normal"

// Engine routes the mail of one policy. It is safe for use by several
// goroutines.
type Engine struct {
	rules   []compiled
	zone    *time.Location
	adapter types.Adapter
	now     func() time.Time
	slice   time.Duration // what a condition may take; ruleTime but in tests
}

var _ desk.Router = (*Engine)(nil)

// compiled is one rule, ready to be tried.
type compiled struct {
	desk.Rule
	program cel.Program
	timed   bool // its loops may outlast ruleTime and have to be interrupted
	uses    desk.Needs
}

// Compile makes the engine of a policy, or tells what is wrong with the
// conditions of all its rules.
func Compile(p *desk.Policy) (*Engine, []Fault) {
	l, err := NewLanguage()
	if err != nil {
		return nil, []Fault{{Line: 1, Column: 1, Say: err.Error()}}
	}
	e := &Engine{zone: p.Zone, adapter: l.env.CELTypeAdapter(), now: time.Now, slice: ruleTime}
	if e.zone == nil {
		e.zone = time.UTC
	}
	var faults []Fault
	for i, r := range p.Rules {
		c, wrong := l.prepare(r)
		for _, f := range wrong {
			f.Rule = i
			faults = append(faults, f)
		}
		e.rules = append(e.rules, c)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return e, nil
}

func (l *Language) prepare(r desk.Rule) (compiled, []Fault) {
	when, faults := l.compile(r.When)
	if len(faults) > 0 {
		return compiled{}, faults
	}
	c := compiled{Rule: r}
	loops := false
	celast.PostOrderVisit(when.ast.NativeRep().Expr(), celast.NewExprVisitor(func(e celast.Expr) {
		switch e.Kind() {
		case celast.ComprehensionKind:
			loops = true
		case celast.IdentKind:
			c.uses.Body = c.uses.Body || e.AsIdent() == "body"
			c.uses.Attachments = c.uses.Attachments || e.AsIdent() == "attachments"
			c.uses.Headers = c.uses.Headers || e.AsIdent() == "headers"
		}
	}))
	// The cost limit ends every other loop in time, but it says little about
	// patterns.
	c.timed = loops && (when.worst > costLimit || when.patterns > 0)
	var err error
	c.program, err = l.env.Program(when.ast,
		cel.EvalOptions(cel.OptOptimize),
		cel.CostLimit(costLimit),
		cel.CostTrackerOptions(
			cost.OverloadTracker("string_lower_ascii", trackLower),
			cost.OverloadTracker("contains_string", trackContains)),
		cel.InterruptCheckFrequency(1))
	if err != nil {
		return compiled{}, []Fault{{Line: 1, Column: 1, Say: fmt.Sprintf("the condition cannot be prepared: %v", err)}}
	}
	return c, nil
}

// Needs says what the rules of a mailbox look at beyond the usual headers.
func (e *Engine) Needs(m desk.Mailbox) desk.Needs {
	var n desk.Needs
	for _, r := range e.rules {
		if r.Mailbox == "" || r.Mailbox == m {
			n.Body = n.Body || r.uses.Body
			n.Attachments = n.Attachments || r.uses.Attachments
			n.Headers = n.Headers || r.uses.Headers
		}
	}
	return n
}

// Route tries the rules in order and merges what the matching ones do: the
// first assignment, the first priority and the first status count, tags add
// up. A rule that could not be decided is left out and named in the reason.
func (e *Engine) Route(f desk.Facts) desk.Routing {
	if why := untouched(f.Verdict); why != "" {
		return desk.Routing{Reason: why}
	}
	var (
		out      desk.Routing
		failed   []undecided
		priority bool
		m        = &mail{facts: f, zone: e.zone, adapter: e.adapter}
		until    = e.now().Add(routeTime)
	)
	for i := range e.rules {
		r := &e.rules[i]
		if !r.applies(&f) {
			continue
		}
		holds, why := e.decide(r, m, until)
		if why != "" {
			failed = append(failed, undecided{r.Name, why})
			continue
		}
		if !holds {
			continue
		}
		out.Matched = append(out.Matched, r.Name)
		merge(&out, r.Then, &priority)
		if r.Then.Stop {
			break
		}
	}
	out.Reason = reason(out.Matched, failed)
	return out
}

// applies tells whether a rule looks at this mail at all.
func (c *compiled) applies(f *desk.Facts) bool {
	if c.Mailbox != "" && c.Mailbox != f.Mailbox {
		return false
	}
	switch c.Scope {
	case desk.ScopeAll:
		return true
	case desk.ScopeAutomatic:
		return f.Verdict.Automatic()
	}
	return f.Verdict == desk.Person
}

func merge(out *desk.Routing, a desk.Actions, priority *bool) {
	if out.Person == "" && out.Team == "" {
		out.Person, out.Team = a.Person, a.Team
	}
	if a.Priority != "" && !*priority {
		*priority = true
		if a.Priority != ExplicitNormal {
			out.Priority = a.Priority
		}
	}
	if out.Status == "" {
		out.Status = a.Status
	}
	for _, tag := range a.Tags {
		if len(out.Tags) < desk.MaxTags && !hasFold(out.Tags, tag) {
			out.Tags = append(out.Tags, tag)
		}
	}
}

func hasFold(list []string, want string) bool {
	for _, s := range list {
		if strings.EqualFold(s, want) {
			return true
		}
	}
	return false
}

// decide evaluates one condition. why is "" unless it could not be decided.
func (e *Engine) decide(c *compiled, m *mail, until time.Time) (holds bool, why string) {
	now := e.now()
	if !now.Before(until) {
		return false, tooCostly
	}
	var (
		v   ref.Val
		err error
	)
	if c.timed {
		ctx, cancel := context.WithTimeout(context.Background(), min(e.slice, until.Sub(now)))
		v, _, err = c.program.ContextEval(ctx, m)
		cancel()
	} else {
		v, _, err = c.program.Eval(m)
	}
	if err != nil {
		return false, failure(err)
	}
	return v == types.True, ""
}

const tooCostly = "too costly"

// failure puts a run-time error into plain words. It gives "" when the mail
// lacks a header that the condition asks for: such a mail does not match. No
// text of the mail gets into the words.
func failure(err error) string {
	var cancelled interpreter.EvalCancelledError
	var interrupted interpreter.InterruptError
	if errors.As(err, &cancelled) || errors.As(err, &interrupted) || errors.Is(err, context.DeadlineExceeded) {
		return tooCostly
	}
	switch text := err.Error(); {
	case strings.Contains(text, "no such key"):
		return ""
	case strings.Contains(text, "index out of bounds"), strings.Contains(text, "index '"):
		return "a list has fewer items than it asks for"
	case strings.Contains(text, "divi") || strings.Contains(text, "modulus"):
		return "it divides by zero"
	case strings.Contains(text, "overflow"):
		return "a number is too large"
	}
	return "its condition failed"
}
