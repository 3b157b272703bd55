package preview

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// policy lets the page load its own files and nothing else; pictures of cards also as data: and from
// the add-on, whose address need not be the one the page was opened under.
func (p *Page) policy() string {
	return "default-src 'self'; img-src 'self' data: " + p.origin() + "; object-src 'none'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// origin is the add-on's scheme, host and port.
func (p *Page) origin() string { return p.base.Scheme + "://" + p.base.Host }

// guard sets the security headers and refuses changes that another site's page asks for. Programs
// that are no browser send neither Origin nor Sec-Fetch-Site and pass.
func (p *Page) guard(next echo.HandlerFunc) echo.HandlerFunc {
	var cross http.CrossOriginProtection
	policy := p.policy()
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		if err := cross.Check(c.Request()); err != nil {
			return c.JSON(http.StatusForbidden, problem{"This page takes changes only from itself, not from another site."})
		}
		return next(c)
	}
}
