package rule

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// Check tells what is wrong with a condition; nothing means that it compiles
// and can be decided within its budget. Rule is 0 in the faults.
func (l *Language) Check(when string) []Fault {
	_, faults := l.compile(when)
	return faults
}

// condition is a checked condition.
type condition struct {
	ast      *cel.Ast
	worst    uint64 // estimated cost in the worst case
	patterns int    // instructions of its regular expressions
}

// compile gives the checked condition, or what is wrong with it.
func (l *Language) compile(when string) (condition, []Fault) {
	if len(when) > MaxCondition {
		return condition{}, []Fault{{Line: 1, Column: 1, Say: fmt.Sprintf(
			"the condition has %d bytes, at most %d are allowed: split it into several rules", len(when), MaxCondition)}}
	}
	if strings.TrimSpace(when) == "" {
		return condition{}, []Fault{{Line: 1, Column: 1, Say: `the condition is empty: write one like subject.contains("refund"), or true for every mail`}}
	}
	checked, issues := l.env.Compile(when)
	if issues.Err() != nil {
		return condition{}, l.plain(issues.Errors())
	}
	if !checked.OutputType().IsExactType(cel.BoolType) {
		return condition{}, []Fault{{Line: 1, Column: 1, Say: fmt.Sprintf(
			"the condition gives %s, it must give true or false", typeName(checked.OutputType()))}}
	}
	tree := checked.NativeRep()
	size, faults := patterns(tree)
	faults = append(faults, capitals(tree)...)
	if len(faults) > 0 {
		return condition{}, faults
	}
	cost, err := l.env.EstimateCost(checked, l)
	if err != nil || cost.Max > absurdCost || cost.Min > costLimit {
		return condition{}, []Fault{{Line: 1, Column: 1, Say: "the condition could cost too much to decide: " +
			"do not put exists or all inside one another, and look at headers by name"}}
	}
	return condition{ast: checked, worst: cost.Max, patterns: size}, nil
}

// patterns checks the regular expressions: written out, valid, small enough.
// Total counts their instructions.
func patterns(tree *celast.AST) (total int, faults []Fault) {
	celast.PostOrderVisit(tree.Expr(), celast.NewExprVisitor(func(e celast.Expr) {
		arg, ok := patternOf(e)
		if !ok {
			return
		}
		s, ok := literal(arg)
		if !ok {
			faults = append(faults, at(tree, arg, `the pattern of matches must be written out between quotes, as in matches("inv-[0-9]+")`))
			return
		}
		_, n, err := pattern(s)
		if err != nil {
			faults = append(faults, at(tree, arg, fmt.Sprintf("%q is not a regular expression of the RE2 kind: %s", s, patternFault(err))))
			return
		}
		if total += n; total > maxPattern {
			faults = append(faults, at(tree, arg, "the patterns of this condition are too large: use fewer or smaller repetitions like {100}"))
		}
	}))
	return total, faults
}

// patternOf gives the pattern argument when e is a call of matches.
func patternOf(e celast.Expr) (celast.Expr, bool) {
	if e.Kind() != celast.CallKind || e.AsCall().FunctionName() != "matches" || len(e.AsCall().Args()) == 0 {
		return nil, false
	}
	args := e.AsCall().Args()
	return args[len(args)-1], true
}

func literal(e celast.Expr) (string, bool) {
	if e.Kind() != celast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}

func patternFault(err error) string { return strings.TrimPrefix(err.Error(), "error parsing regexp: ") }

func at(tree *celast.AST, e celast.Expr, say string) Fault {
	loc := tree.SourceInfo().GetStartLocation(e.ID())
	return Fault{Line: max(loc.Line(), 1), Column: max(loc.Column()+1, 1), Say: say}
}

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	undefined  = regexp.MustCompile(`^undefined field '([^']*)'`)
	overload   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '([^']*)'`)
)

// plain puts CEL's errors into words that an admin can act on.
func (l *Language) plain(errs []*cel.Error) []Fault {
	var out []Fault
	for _, e := range errs {
		f := Fault{Line: max(e.Location.Line(), 1), Column: max(e.Location.Column()+1, 1), Say: l.say(e.Message)}
		if n := len(out); n > 0 && out[n-1].Line == f.Line && out[n-1].Column == f.Column {
			continue // the parser's second thoughts about the same place
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Fault) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return out
}

// functions are the names of the functions that conditions may call.
func functions() []string {
	return []string{"all", "contains", "endsWith", "exists", "exists_one", "has", "lowerAscii", "matches", "size", "startsWith"}
}

func (l *Language) say(message string) string {
	if m := undeclared.FindStringSubmatch(message); m != nil {
		names := slices.Sorted(maps.Keys(l.vars))
		if near := Nearest(m[1], append(names, functions()...)); near != "" {
			return fmt.Sprintf("%s is not known, did you mean %s?", m[1], near)
		}
		return fmt.Sprintf("%s is not known: conditions may use %s, and the functions %s",
			m[1], strings.Join(names, ", "), strings.Join(functions(), ", "))
	}
	if m := undefined.FindStringSubmatch(message); m != nil {
		if near := Nearest(m[1], []string{"name", "type", "size"}); near != "" {
			return fmt.Sprintf("an attachment has no %s, did you mean %s?", m[1], near)
		}
		return fmt.Sprintf("there is no %s: an attachment has name, type and size", m[1])
	}
	if m := overload.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%s cannot be used on %s", operator(m[1]), m[2])
	}
	if rest, ok := strings.CutPrefix(message, "Syntax error: "); ok {
		rest, _, _ = strings.Cut(rest, " expecting {")
		return "this is not a condition: " + strings.ReplaceAll(rest, "'<EOF>'", "the end")
	}
	return message
}

// operator shows CEL's name of an operator as it is written: _+_ is +.
func operator(name string) string {
	if name == "@in" {
		return "in"
	}
	if strings.HasPrefix(name, "_") || strings.HasSuffix(name, "_") {
		return strings.Trim(strings.ReplaceAll(name, "_", " "), " ")
	}
	return name
}

func typeName(t *cel.Type) string {
	switch t.Kind() {
	case types.StringKind:
		return "a text"
	case types.IntKind, types.UintKind, types.DoubleKind:
		return "a number"
	case types.ListKind:
		return "a list"
	case types.MapKind:
		return "a table"
	}
	return "something else (" + cel.FormatCELType(t) + ")"
}
