//go:build !linux

package main

import "os/exec"

// dieWithParent does nothing here: children are ended when the run ends.
func dieWithParent(*exec.Cmd) {}
