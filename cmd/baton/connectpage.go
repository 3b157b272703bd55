package main

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
)

// pageStyle is all that the pages look like; the policy below names its hash.
const pageStyle = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color:#202124;background:#fff}h1{font-size:1.3rem}p{margin:.8rem 0}`

var connectPage = template.Must(template.New("connect").Parse(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title><style>` + pageStyle + `</style></head>
<body><h1>{{.Title}}</h1>{{range .Lines}}<p>{{.}}</p>{{end}}</body>
</html>
`))

// said is a page that tells how connecting a mailbox went.
type said struct {
	Title string
	Lines []string
}

// connectedPage says that it worked.
func connectedPage(o outcome) said {
	return said{"The mailbox is connected", []string{
		"Baton may now read, label and answer the mail of " + string(o.Mailbox) + ".",
		"To take this back at any time, remove Baton at myaccount.google.com/connections.",
		"You may close this window.",
	}}
}

// refusedPage says what went wrong and what to do.
func refusedPage(f *fault) said {
	if f.Code == faultHalf {
		return said{"Your consent is kept, and one step is missing", []string{
			"Baton may read, label and answer the mail of this mailbox, but a step after that failed, so it may not begin yet.",
			"Tell who asked you for your consent: they see what is missing, and send you a new link if one is needed. To take it back at any time, remove Baton at myaccount.google.com/connections.",
		}}
	}
	s := said{"The mailbox was not connected", []string{f.Say}}
	if f.Remedy != "" {
		s.Lines = append(s.Lines, f.Remedy)
	}
	s.Lines = append(s.Lines, "Nothing was changed. If somebody sent you a link, open it again or ask them for a new one; if you did not ask for this, close this window.")
	return s
}

var pagePolicy = func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// guardPage sets the headers of everything on the way through a browser: what
// is in these addresses is for nobody else.
func guardPage(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// show writes a page.
func show(w http.ResponseWriter, status int, s said) {
	guardPage(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = connectPage.Execute(w, s) // the browser may be gone
}
