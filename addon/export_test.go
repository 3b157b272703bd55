package addon

// Verbs are the buttons that there are, by the last part of their address.
func (a *Addon) Verbs() []string {
	var out []string
	for verb := range a.actions() {
		out = append(out, verb)
	}
	return out
}
