package gmailsim

// Route is what tests see of a route.
type Route struct {
	Name, Method, Path string
	Scopes             []string
	Upload             bool
}

// RouteTable gives the routes that the server has.
func RouteTable() []Route {
	var out []Route
	for _, r := range routes() {
		out = append(out, Route{r.name(), r.method, root + r.path, r.scopes, r.upload})
	}
	return out
}

// PaletteText is the palette as it is kept.
func PaletteText() string { return palette }

// ParseMIME gives the number of parts that a mail is read as, and how deep they nest.
func ParseMIME(raw []byte) (parts, depth int, snippet string) {
	var walk func(p *part, d int)
	walk = func(p *part, d int) {
		parts++
		depth = max(depth, d)
		p.content()
		p.filename()
		for _, c := range p.children {
			walk(c, d+1)
		}
	}
	p := parseMIME(raw)
	walk(p, 0)
	return parts, depth, p.snippet()
}

// QueryDepth parses a search and gives how deep its groups nest.
func QueryDepth(q string) int { return parseQuery(q).depth() }

func (q *query) depth() int {
	d := 0
	for _, k := range q.kids {
		d = max(d, k.depth())
	}
	return d + 1
}

// NormalSubject is what threads compare.
func NormalSubject(s string) string { return normalSubject(s) }

// AddressesIn lists the addresses of a header.
func AddressesIn(s string) []string { return addressesIn(s) }
