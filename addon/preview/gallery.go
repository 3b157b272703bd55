package preview

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"baton/addon/gallery"
)

// galleryAnswer is the whole table as one reader sees it.
type galleryAnswer struct {
	Readers   []gallery.Reader `json:"readers"`
	Platforms []string         `json:"platforms"`
	Groups    []galleryGroup   `json:"groups"`
}

type galleryGroup struct {
	Title  string         `json:"title"`
	States []galleryState `json:"states"`
}

// galleryState is one card, with what led to it and the add-on's raw answer.
type galleryState struct {
	Name   string          `json:"name"`
	Title  string          `json:"title"`
	Shows  string          `json:"shows"`
	As     string          `json:"as"`
	Path   string          `json:"path"`
	Kind   string          `json:"kind"` // "trigger", "action" or "suggest"
	Answer json.RawMessage `json:"answer"`
}

// hung keeps what was drawn: the table does not change while the program runs,
// and there are only so many views.
type hung struct {
	mu    sync.Mutex // one view is drawn at a time
	views map[gallery.View]galleryAnswer
}

// galleryTable draws the table. ?platform= is one of the platforms, ?reader= a
// reader's place in the list.
func (p *Page) galleryTable(c echo.Context) error {
	if p.opt.Gallery == nil {
		return refuse(http.StatusNotFound, "This preview has no gallery.")
	}
	readers := gallery.Readers()
	i := 0
	if s := c.QueryParam("reader"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n >= len(readers) {
			return refuse(http.StatusBadRequest, "There is no such reader.")
		}
		i = n
	}
	v := gallery.View{Platform: cmp.Or(c.QueryParam("platform"), "WEB"), Locale: readers[i].Locale, Zone: readers[i].Zone}
	if !slices.Contains(gallery.Platforms(), v.Platform) {
		return refuse(http.StatusBadRequest, "There is no such platform.")
	}
	p.hung.mu.Lock()
	defer p.hung.mu.Unlock()
	out, ok := p.hung.views[v]
	if !ok {
		answers, err := p.opt.Gallery.DrawAll(c.Request().Context(), v)
		if err != nil {
			return fmt.Errorf("preview: draw the gallery: %w", err)
		}
		out = table(answers)
		p.hung.views[v] = out
	}
	return c.JSON(http.StatusOK, out)
}

// table puts answers, in the order of the states, into their groups.
func table(answers []gallery.Answer) galleryAnswer {
	out := galleryAnswer{Readers: gallery.Readers(), Platforms: gallery.Platforms()}
	n := 0
	for _, g := range gallery.Groups() {
		group := galleryGroup{Title: g.Title}
		for _, st := range g.States {
			a := answers[n]
			n++
			group.States = append(group.States, galleryState{Name: st.Name, Title: st.Title, Shows: st.Shows,
				As: string(a.As), Path: a.Path, Kind: a.Kind.String(), Answer: a.JSON})
		}
		out.Groups = append(out.Groups, group)
	}
	return out
}

func (p *Page) galleryPage(c echo.Context) error { return p.serve(c, "gallery.html") }
