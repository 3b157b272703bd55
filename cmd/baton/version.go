package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

// versionCmd says which version this is.
type versionCmd struct {
	JSON bool `name:"json" help:"Print one JSON object."`
}

// build is what the Go toolchain recorded in the binary.
type build struct {
	Version  string `json:"version"`  // module version, or "(devel)"
	Revision string `json:"revision"` // commit, or "unknown"
	Go       string `json:"go"`
}

func buildInfo() build {
	b := build{Version: "(devel)", Revision: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	if v := info.Main.Version; v != "" {
		b.Version = v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Revision = s.Value
		}
	}
	return b
}

// Run prints the version.
func (c *versionCmd) Run(e *env) error {
	b := buildInfo()
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(b)
	}
	_, err := fmt.Fprintf(e.stdout, "baton %s, commit %s, %s\n", b.Version, b.Revision, b.Go)
	return err
}
