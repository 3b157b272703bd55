package preview

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// maxSettle bounds how long one request may wait.
const maxSettle = 10 * time.Minute

func (p *Page) settle(c echo.Context) error {
	var req struct {
		Seconds float64 `json:"seconds"`
	}
	if err := readJSON(c, callLimit, &req); err != nil {
		return err
	}
	if req.Seconds <= 0 || req.Seconds > maxSettle.Seconds() {
		return refuse(http.StatusBadRequest, "Wait for more than 0 and at most 600 seconds.")
	}
	wait := time.Duration(req.Seconds * float64(time.Second))
	ctx, cancel := context.WithTimeout(c.Request().Context(), wait)
	defer cancel()
	err := p.opt.Settle(ctx)
	switch {
	case err == nil:
		return c.JSON(http.StatusOK, map[string]bool{"idle": true})
	case errors.Is(err, context.DeadlineExceeded):
		return &refusal{http.StatusGatewayTimeout, "Work was still going on when the time was over.", err}
	}
	return fmt.Errorf("preview: settle: %w", err)
}
