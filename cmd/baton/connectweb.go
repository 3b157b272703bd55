package main

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"baton/gmail"
)

// Where the owner of a mailbox agrees. Google has to know the second address
// exactly: PUBLIC_URL/connect/done.
const (
	connectPath     = "/connect"
	connectDonePath = "/connect/done"
)

// consentWeb lets the owner of a mailbox agree in a browser. It begins with the
// link that 'baton mailbox connect ADDRESS --link' gives. What has to be known
// when the browser comes back is sealed in its cookie, so that any process
// finishes what another began, and only that browser does.
type consentWeb struct {
	boxes *mailboxes
	log   *slog.Logger
}

// mountConnect adds the addresses, where owners can be asked.
func (sv *service) mountConnect(e *echo.Echo) {
	if sv.boxes.ways.key == nil {
		return
	}
	c := &consentWeb{sv.boxes, sv.log}
	e.GET(connectPath, c.begin)
	e.GET(connectDonePath, c.done)
}

func (c *consentWeb) secure() bool { return strings.HasPrefix(c.boxes.publicURL, "https://") }

// cookie holds the sealed flow and the link, for as long as a flow lives.
func (c *consentWeb) cookie(value string, age int) *http.Cookie {
	k := &http.Cookie{Name: "baton-connect", Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if c.secure() {
		k.Name, k.Secure = "__Host-baton-connect", true
	}
	return k
}

// begin sends the owner to Google.
func (c *consentWeb) begin(e echo.Context) error {
	ctx, text := e.Request().Context(), e.QueryParam("link")
	m, err := c.boxes.openLink(ctx, text)
	if err != nil {
		return c.refuse(e, err)
	}
	flow, err := c.boxes.ways.access.Begin(c.boxes.publicURL+connectDonePath, m)
	if err != nil {
		return c.refuse(e, err)
	}
	sealed, err := gmail.SealFlow(ctx, c.boxes.ways.key, flow)
	if err != nil {
		return c.refuse(e, err)
	}
	guardPage(e.Response().Header())
	e.SetCookie(c.cookie(sealed+"."+text, int(gmail.FlowLife.Seconds())))
	return e.Redirect(http.StatusFound, flow.Visit)
}

// done is where Google sends the owner back to.
func (c *consentWeb) done(e echo.Context) error {
	ctx := e.Request().Context()
	kept, err := e.Cookie(c.cookie("", 0).Name)
	if err != nil {
		return c.refuse(e, &fault{Code: "no_flow", Say: "This browser did not begin to connect a mailbox, or took longer than 10 minutes, or keeps no cookies.",
			Remedy: "Open the link that you were sent again, in one browser from beginning to end."})
	}
	e.SetCookie(c.cookie("", -1))
	sealed, text, _ := strings.Cut(kept.Value, ".")
	m, err := c.boxes.openLink(ctx, text)
	if err != nil {
		return c.refuse(e, err)
	}
	o, err := c.boxes.Agree(ctx, sealed, e.QueryParams())
	if err != nil {
		return c.refuse(e, err)
	}
	c.log.Info("a mailbox was connected by its owner's consent", "mailbox", m)
	show(e.Response(), http.StatusOK, connectedPage(o))
	return nil
}

// refuse shows why it does not go on.
func (c *consentWeb) refuse(e echo.Context, err error) error {
	f := asFault(err)
	status := http.StatusBadRequest
	var access *gmail.AccessError
	if !errors.As(err, &access) && (f.Code == faultInternal || f.Code == faultStore) {
		status = http.StatusBadGateway
		// What failed inside is for the log and no visitor.
		f = &fault{Code: f.Code, Say: "Something did not answer that is needed for this.", Remedy: "Open the link again in a few minutes."}
	}
	if f.Code == faultHalf {
		status = http.StatusBadGateway
	}
	c.log.Warn("connecting a mailbox in a browser was refused", "path", e.Path(), "code", f.Code)
	show(e.Response(), status, refusedPage(f))
	return nil
}
