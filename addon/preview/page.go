// Package preview is Gmail's side panel in a browser, without Google: a mailbox list, a thread, and
// beside it the add-on's cards, drawn by the package's own scripts. The page posts the same events to
// the same endpoints as Google does, with signed tokens, so the add-on cannot tell the difference.
//
// Start with Options and New; Mount puts the routes on an echo group. call.go and event.go build what
// Google would post, mail.go says what the page needs from a Gmail, web/ is the page itself.
// The package is for demos and tests: it hands out tokens of a stand-in Gmail to whoever asks.
package preview

import (
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"baton/addon/gallery"
)

// callTimeout is how long Google waits for an add-on's answer to an action.
const callTimeout = 30 * time.Second

// Page serves the preview. It is safe for concurrent use.
type Page struct {
	opt    Options
	base   *url.URL // of the add-on
	client *http.Client
	assets assets

	hung    hung
	closing chan struct{} // closed by Close
	mu      sync.Mutex    // no stream is counted once closed is set
	closed  bool
	streams sync.WaitGroup // open change streams
}

// New checks the options and gives a page ready to be mounted.
func New(o Options) (*Page, error) {
	o, err := o.check()
	if err != nil {
		return nil, err
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(o.PublicURL)
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Timeout: callTimeout,
		// Google follows no redirect with a token in hand.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if o.Client != nil {
		client.Transport = o.Client.Transport
	}
	return &Page{opt: o, base: base, client: client, assets: files, closing: make(chan struct{}), hung: hung{views: map[gallery.View]galleryAnswer{}}}, nil
}

// Mount adds the page at "/" and everything it needs under "/preview/".
func (p *Page) Mount(g *echo.Group) {
	g = g.Group("", p.guard)
	g.GET("/", p.index)
	g.GET("/preview/gallery", p.galleryPage)
	g.GET("/preview/app/*", p.asset)

	api := g.Group("/preview/api", answerErrors)
	api.GET("/state", p.state)
	api.GET("/thread", p.thread)
	api.GET("/changes", p.changes)
	api.GET("/gallery", p.galleryTable)
	api.POST("/call", p.call)
	api.POST("/deliver", p.deliver)
	api.POST("/write", p.write)
	api.POST("/sample", p.sample)
	api.POST("/settle", p.settle)
}

// Close ends the change streams and waits for them, so that a server can shut down.
func (p *Page) Close() {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.closing)
	}
	p.mu.Unlock()
	p.streams.Wait()
}

// stream counts one more change stream; false when the page is closed.
func (p *Page) stream() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.streams.Add(1)
	}
	return !p.closed
}
