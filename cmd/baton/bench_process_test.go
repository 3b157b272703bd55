package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"baton/cmd/baton/company"
	"baton/gmail/gmailsim"
	"baton/infra/need"
)

// BenchmarkProcess measures the program from outside: memory after the corpus
// is loaded, and the time from start to ready.
func BenchmarkProcess(b *testing.B) {
	mbox, bin := need.Corpus(b), realBaton(b)
	for range b.N {
		out, err := exec.Command(bin, "demo", "--once", "--json", "--listen", "127.0.0.1:0", "--mbox", mbox).Output()
		if err != nil {
			b.Fatal(err)
		}
		var s summary
		if err := json.Unmarshal(out, &s); err != nil {
			b.Fatal(err)
		}
		report("most memory resident while the corpus is loaded, stand-in Gmail and page included", "< 100 MB", "%.0f MB", float64(s.PeakBytes)/1e6)
		report("ingest of the corpus by the binary, from start to nothing left to do", "740 mails/s", "%.0f mails/s (%.2f s in all)", s.MessagesPerSecond, s.Seconds)
		measureReady(b, bin)
	}
}

// measureReady starts `serve` several times on one store and takes the median
// until it says that it is ready.
func measureReady(b *testing.B, bin string) {
	dir := b.TempDir()
	sim, err := gmailsim.New(gmailsim.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer sim.Close(b.Context())
	front, err := listen("127.0.0.1:0", sim)
	if err != nil {
		b.Fatal(err)
	}
	go front.serve()
	defer front.stop(b.Context())
	for _, m := range company.SharedMailboxes() {
		if err := sim.AddMailbox(gmailsim.Mailbox{Address: m.Address, Name: m.Name}); err != nil {
			b.Fatal(err)
		}
	}
	key, err := sim.ServiceAccountKey(demoMailAccount, front.url()+"/token")
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string][]byte{"key.json": key, "policy.yaml": company.Policy()} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	var took []time.Duration
	for range 7 {
		took = append(took, startServe(b, bin, dir, front.url()))
	}
	slices.Sort(took)
	report("serve: from start to ready", "< 300 ms", "median %v, slowest %v of 7", took[3].Round(time.Millisecond), took[6].Round(time.Millisecond))
}

func startServe(b *testing.B, bin, dir, gmailURL string) time.Duration {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	cmd := exec.Command(bin, "serve", "--listen", addr, "--public-url", "https://baton.example", "--store", "sqlite:"+filepath.Join(dir, "baton.db"),
		"--policy", filepath.Join(dir, "policy.yaml"), "--service-key", filepath.Join(dir, "key.json"), "--topic", demoTopic, "--gmail-url", gmailURL+"/",
		"--push-account", demoPushAccount, "--addon-account", demoAddonAccount, "--client-id", demoClientID, "--log-level", "error")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Signal(os.Interrupt)
	err = until(b.Context(), func() (bool, error) {
		res, err := http.Get(fmt.Sprintf("http://%s/readyz", addr))
		if err != nil {
			return false, nil
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
