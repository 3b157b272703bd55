package main

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// mountHealth adds the endpoints that a platform asks: /healthz says that the
// process answers, /readyz that it can do its work. hampered says what it must do
// without, "" = nothing; it is ready all the same.
func mountHealth(e *echo.Echo, ready func(context.Context) error, hampered func() string) {
	e.GET("/healthz", func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
	})
	e.GET("/readyz", func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), 3*time.Second)
		defer cancel()
		if err := ready(ctx); err != nil {
			return c.JSON(http.StatusServiceUnavailable, map[string]string{"status": "not ready", "reason": "the store does not answer"})
		}
		answer := map[string]string{"status": "ready"}
		if h := hampered(); h != "" {
			answer["hampered"] = h
		}
		return c.JSON(http.StatusOK, answer)
	})
}
