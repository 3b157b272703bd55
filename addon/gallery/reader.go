package gallery

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Platforms are where the add-on is shown; on the last two there is no home card.
var platforms = []string{"WEB", "ANDROID", "IOS"}

// Platforms gives the platforms that a View may name.
func Platforms() []string { return slices.Clone(platforms) }

// Reader is somebody whose settings the cards are drawn for.
type Reader struct {
	Name   string `json:"name"`
	Locale string `json:"locale"`
	Zone   string `json:"zone"`
}

// Readers are the settings that the gallery offers, those that Gmail does not
// tell first.
func Readers() []Reader {
	return []Reader{
		{"Gmail does not say", "", ""},
		{"London, English", "en-GB", "Europe/London"},
		{"New York, English", "en-US", "America/New_York"},
		{"Vienna, German", "de-AT", "Europe/Vienna"},
		{"Kolkata, English", "en-IN", "Asia/Kolkata"},
		{"Tokyo, Japanese", "ja-JP", "Asia/Tokyo"},
		{"Tel Aviv, Hebrew", "he-IL", "Asia/Jerusalem"},
		{"Cairo, Arabic", "ar-EG", "Africa/Cairo"},
	}
}

// atOnce bounds how many desks are open at the same time.
const atOnce = 4

// DrawAll draws the whole table as one view sees it, in its order.
func (g *Gallery) DrawAll(ctx context.Context, v View) ([]Answer, error) {
	if v.Platform != "" && !slices.Contains(platforms, v.Platform) {
		return nil, fmt.Errorf("gallery: %q is no platform", v.Platform)
	}
	all := States()
	out := make([]Answer, len(all))
	run, ctx := errgroup.WithContext(ctx)
	run.SetLimit(atOnce)
	for i, st := range all {
		run.Go(func() (err error) {
			out[i], err = g.Draw(ctx, st, v)
			return err
		})
	}
	return out, run.Wait()
}
