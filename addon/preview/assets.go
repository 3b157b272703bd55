package preview

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"time"

	"github.com/labstack/echo/v4"
)

//go:embed web
var web embed.FS

type asset struct {
	data []byte
	kind string // Content-Type
	tag  string // ETag: the content's hash
}

type assets map[string]asset

func loadAssets() (assets, error) {
	files := assets{}
	err := fs.WalkDir(web, "web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := web.ReadFile(name)
		if err != nil {
			return err
		}
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			kind = mime.TypeByExtension(path.Ext(name))
		}
		sum := sha256.Sum256(data)
		files[name[len("web/"):]] = asset{data, kind, `"` + hex.EncodeToString(sum[:12]) + `"`}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("preview: load page files: %w", err)
	}
	return files, nil
}

// kinds does not rely on the machine's mime table: with nosniff a wrong type stops the page.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

func (p *Page) index(c echo.Context) error { return p.serve(c, "index.html") }
func (p *Page) asset(c echo.Context) error { return p.serve(c, c.Param("*")) }

func (p *Page) serve(c echo.Context, name string) error {
	a, ok := p.assets[name]
	if !ok {
		return c.JSON(http.StatusNotFound, problem{"There is no such page file."})
	}
	h := c.Response().Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", a.tag)
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, bytes.NewReader(a.data))
	return nil
}
