package main

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel end a child when this process is killed itself.
func dieWithParent(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
