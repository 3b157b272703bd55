//go:build !linux

package sqlite

// networkFS knows no file systems outside Linux, where Baton is deployed.
func networkFS(string) (string, error) { return "", nil }
