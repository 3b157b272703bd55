package rule

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// MaxCondition is the longest condition, in bytes.
const MaxCondition = 2 << 10

// Budgets of one condition. CEL counts cost in units of roughly 100 ns.
const (
	costLimit    = 100_000    // what an evaluation may spend
	absurdCost   = 10_000_000 // the worst case above which a condition is refused
	maxNesting   = 64         // of parentheses and operators
	maxListItems = 100
	maxHeaders   = 200
	maxHeader    = 2 << 10 // bytes of one header's value
	maxSubject   = 1 << 10 // bytes
	maxWord      = 320     // bytes of an address, a name, a header's name
)

// attachment is one attached file as conditions see it, name and type in lower
// case.
type attachment struct {
	Name string `cel:"name"`
	Type string `cel:"type"`
	Size int64  `cel:"size"`
}

// variable is one name that conditions may use.
type variable struct {
	name string
	typ  *cel.Type
	// size is the most that the value can hold: bytes of a text, items of a list
	// or map. A text inside a list or map has the size of item.
	size, item uint64
}

func variables() []variable {
	list := cel.ListType(cel.StringType)
	return []variable{
		{"from", cel.StringType, maxWord, 0},
		{"from_name", cel.StringType, maxWord, 0},
		{"to", list, maxListItems, maxWord},
		{"cc", list, maxListItems, maxWord},
		{"delivered_to", cel.StringType, maxWord, 0},
		{"alias", cel.StringType, maxWord, 0},
		{"domain", cel.StringType, maxWord, 0},
		{"subject", cel.StringType, maxSubject, 0},
		{"body", cel.StringType, maxBody, 0},
		{"headers", cel.MapType(cel.StringType, cel.StringType), maxHeaders, maxHeader},
		{"attachments", cel.ListType(cel.ObjectType("attachment")), maxListItems, maxWord},
		{"hour", cel.IntType, 1, 0},
		{"weekday", cel.StringType, 3, 0},
		{"automatic", cel.BoolType, 1, 0},
		{"verdict", cel.StringType, maxWord, 0},
	}
}

// offered are the functions and operators of the standard library that
// conditions may use, with the overloads where not all are safe: texts cannot
// be joined, because joined texts outgrow every cap.
func offered() []*env.Function {
	var out []*env.Function
	all := []string{
		"_&&_", "_||_", "!_", "_?_:_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_",
		"@in", "_[_]", "@not_strictly_false", "size", "contains", "startsWith", "endsWith", "matches",
	}
	for _, name := range all {
		out = append(out, env.NewFunction(name))
	}
	for name, overload := range map[string]string{
		"_+_": "add_int64", "_-_": "subtract_int64", "_*_": "multiply_int64",
		"_/_": "divide_int64", "_%_": "modulo_int64", "-_": "negate_int64",
	} {
		out = append(out, env.NewFunction(name, env.NewOverload(overload, nil, nil)))
	}
	return out
}

// Language checks conditions. It is safe for use by several goroutines.
type Language struct {
	env  *cel.Env
	vars map[string]variable
}

// NewLanguage makes the language of conditions.
func NewLanguage() (*Language, error) {
	vars := make(map[string]variable)
	std := env.NewLibrarySubset().AddIncludedMacros("has", "all", "exists", "exists_one").
		AddIncludedFunctions(offered()...)
	opts := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(std)),
		cel.Types(cel.NativeTypeFor[attachment](cel.NativeTypeAlias("attachment"), types.ParseStructTag("cel"))),
		cel.Function("lowerAscii", cel.MemberOverload("string_lower_ascii", []*cel.Type{cel.StringType}, cel.StringType,
			cel.UnaryBinding(lowerASCII))),
		cel.ParserExpressionSizeLimit(MaxCondition),
		cel.ParserRecursionLimit(maxNesting),
		cel.CostEstimatorOptions(cost.OverloadCostEstimate("string_lower_ascii", estimateLower)),
	}
	for _, v := range variables() {
		vars[v.name] = v
		opts = append(opts, cel.Variable(v.name, v.typ))
	}
	e, err := cel.NewCustomEnv(opts...)
	if err != nil {
		return nil, fmt.Errorf("make the language of conditions: %w", err)
	}
	return &Language{env: e, vars: vars}, nil
}

func lowerASCII(v ref.Val) ref.Val {
	s, ok := v.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	return types.String(strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, string(s)))
}

// perByte is what CEL charges for walking over one byte of a text.
const perByte = 0.1

func estimateLower(e cost.Estimator, target *cost.AstNode, _ []cost.AstNode) *cost.CallEstimate {
	size := cost.SizeEstimate{Max: maxBody}
	if target != nil {
		if s := e.EstimateSize(*target); s != nil {
			size = *s
		}
	}
	return &cost.CallEstimate{CostEstimate: size.MultiplyByCostFactor(perByte), ResultSize: &size}
}

func trackLower(args []ref.Val, _ ref.Val) *uint64 {
	spent := uint64(1)
	if s, ok := args[0].(types.String); ok {
		spent += uint64(float64(len(s)) * perByte)
	}
	return &spent
}

// trackContains charges as CEL does, for bytes instead of characters: to count
// the characters of a body takes longer than to search it.
func trackContains(args []ref.Val, _ ref.Val) *uint64 {
	spent := uint64(1)
	text, ok1 := args[0].(types.String)
	part, ok2 := args[1].(types.String)
	if ok1 && ok2 {
		spent += uint64(float64(len(text))*perByte) * uint64(1+float64(len(part))*perByte)
	}
	return &spent
}

// EstimateCallCost leaves the cost of calls to CEL.
func (l *Language) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// EstimateSize says how large a variable, or a part of one, can be.
func (l *Language) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	path := n.Path()
	if len(path) == 0 {
		return nil
	}
	v, ok := l.vars[path[0]]
	if !ok {
		return nil
	}
	if len(path) == 1 {
		return &cost.SizeEstimate{Max: v.size}
	}
	if v.name == "headers" && path[1] == "@keys" {
		return &cost.SizeEstimate{Max: maxWord}
	}
	return &cost.SizeEstimate{Max: v.item}
}
