package preview

import (
	"log/slog"
	"net/url"
	"time"
)

const levelCall = slog.LevelDebug

// logCall describes one call without its query: a query may carry what a person entered.
func logCall(target string, status, size int, took time.Duration) []slog.Attr {
	path := ""
	if u, err := url.Parse(target); err == nil {
		path = u.Path
	}
	return []slog.Attr{
		slog.String("path", path), slog.Int("status", status),
		slog.Int("bytes", size), slog.Duration("took", took),
	}
}
