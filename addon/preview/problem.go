package preview

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

// problem is the body of every refusal: a plain sentence.
type problem struct {
	Error string `json:"error"`
}

// refusal is an error with a status and a sentence for the caller.
type refusal struct {
	status int
	text   string
	cause  error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.cause }

func refuse(status int, text string) error { return &refusal{status: status, text: text} }

// answerErrors turns an error into its status and sentence. Causes stay out of the answer: they may
// carry addresses or text of mail.
func answerErrors(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-store")
		err := next(c)
		if err == nil || c.Response().Committed {
			return nil
		}
		var r *refusal
		var large *http.MaxBytesError
		var other *echo.HTTPError // the router's: no such address, another method
		switch {
		case errors.As(err, &r):
		case errors.As(err, &other):
			r = &refusal{status: other.Code, text: http.StatusText(other.Code) + ": see docs/preview.md for this address."}
		case errors.As(err, &large):
			r = &refusal{status: http.StatusRequestEntityTooLarge, text: "The request is too large."}
		case errors.Is(err, ErrNotFound):
			r = &refusal{status: http.StatusNotFound, text: "There is no such mailbox, thread or message."}
		case errors.Is(err, ErrInvalid):
			r = &refusal{status: http.StatusBadRequest, text: "The mail could not be accepted: check its address and headers."}
		case errors.Is(err, context.Canceled):
			return nil // nobody is listening any more
		default:
			r = &refusal{status: http.StatusInternalServerError, text: "The stand-in Gmail failed; try again or restart the demo."}
		}
		return c.JSON(r.status, problem{r.text})
	}
}

// readJSON reads a body of at most limit bytes into v. Unknown fields are ignored.
func readJSON(c echo.Context, limit int64, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, limit))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return &refusal{http.StatusBadRequest, "The request is not the JSON this call takes; docs/preview.md shows an example.", err}
	}
	return nil
}
