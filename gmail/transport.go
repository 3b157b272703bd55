package gmail

import (
	"net"
	"net/http"
	"net/url"
	"time"
)

// NewTransport makes the connection pool that all mailboxes share: connections
// are kept, many to one host. To a Gmail on this machine answers are not
// compressed, for there it only costs time.
func NewTransport(endpoint string) *http.Transport {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          512,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
	}
	if u, err := url.Parse(endpoint); err == nil {
		if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			t.DisableCompression = true
			t.Proxy = nil
		}
	}
	return t
}
