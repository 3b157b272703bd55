// Package emulator starts Google's own emulators of Firestore and Pub/Sub from
// the Cloud SDK, for tests and for trials without Google. They are started from
// their jars, which takes about two seconds; the SDK's own command takes twice
// as long and leaves its child behind when it is killed.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Emulator is one that runs. Stop it.
type Emulator struct {
	// Host is where it answers, host:port, as FIRESTORE_EMULATOR_HOST and
	// PUBSUB_EMULATOR_HOST take it.
	Host string

	stop  context.CancelFunc
	ended chan struct{}
}

// program is how one of the SDK's emulators is started.
type program struct {
	name, component string
	jar             string // below the SDK's platform folder; may be a pattern
	command         func(jar string) []string
}

var (
	firestore = program{
		"Firestore's emulator", "cloud-firestore-emulator", "cloud-firestore-emulator/cloud-firestore-emulator.jar",
		func(jar string) []string {
			return []string{"-cp", jar, "com.google.cloud.datastore.emulator.firestore.CloudFirestore", "start", "--database-mode=firestore-native"}
		},
	}
	pubsub = program{
		"Pub/Sub's emulator", "pubsub-emulator", "pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar",
		func(jar string) []string { return []string{"-jar", jar} },
	}
)

// Firestore starts Firestore's emulator on a free port of this machine and
// waits until it answers. It needs Java and the Cloud SDK's component
// cloud-firestore-emulator; an error says what is missing.
func Firestore() (*Emulator, error) { return firestore.start() }

// PubSub starts Pub/Sub's emulator in the same way. It needs the Cloud SDK's
// component pubsub-emulator.
func PubSub() (*Emulator, error) { return pubsub.start() }

// Stop ends the emulator and waits until it is gone. What it held is lost.
func (e *Emulator) Stop() {
	e.stop()
	<-e.ended
}

func (p program) start() (*Emulator, error) {
	// The port may be taken between looking for a free one and using it.
	e, err := p.startOnce()
	for tries := 1; err != nil && errors.Is(err, errSilent) && tries < 3; tries++ {
		e, err = p.startOnce()
	}
	return e, err
}

// ErrMissing says that an emulator cannot be started for want of Java or of its
// part of the Cloud SDK.
var ErrMissing = errors.New("not installed")

// errSilent says that an emulator was started and did not answer.
var errSilent = errors.New("it did not answer")

func (p program) startOnce() (*Emulator, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, fmt.Errorf("%s needs Java: %w: %w", p.name, ErrMissing, err)
	}
	jar, err := p.find()
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	// The collector and the compiler that start fastest; a store of test data is small.
	args := append([]string{"-Duser.language=en", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g"}, p.command(jar)...)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, java, append(args, "--host=127.0.0.1", "--port="+port)...)
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("%s does not start: %w", p.name, err)
	}
	e := &Emulator{Host: "127.0.0.1:" + port, stop: cancel, ended: make(chan struct{})}
	go func() {
		defer close(e.ended)
		_ = cmd.Wait() // it is killed in the end, so there is always an error
	}()
	if err := e.answers(); err != nil {
		e.Stop()
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	return e, nil
}

// find gives the newest jar of the Cloud SDK.
func (p program) find() (string, error) {
	roots := []string{"/usr/lib/google-cloud-sdk", "/usr/share/google-cloud-sdk", "/opt/google-cloud-sdk"}
	if gcloud, err := exec.LookPath("gcloud"); err == nil {
		if real, err := filepath.EvalSymlinks(gcloud); err == nil {
			roots = append(roots, filepath.Dir(filepath.Dir(real))) // ROOT/bin/gcloud
		}
	}
	for _, root := range roots {
		found, err := filepath.Glob(filepath.Join(root, "platform", p.jar))
		if err == nil && len(found) > 0 {
			return slices.Max(found), nil
		}
	}
	return "", fmt.Errorf("%s is %w under %s; install the Cloud SDK with its component %s", p.name, ErrMissing, strings.Join(roots, ", "), p.component)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// answers waits until the emulator answers. That takes seconds, and on a machine
// that is busy with much else up to two minutes.
func (e *Emulator) answers() error {
	client := &http.Client{Timeout: time.Second}
	defer client.CloseIdleConnections()
	late := time.After(2 * time.Minute)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-e.ended:
			return fmt.Errorf("it ended while it started: %w", errSilent)
		case <-late:
			return fmt.Errorf("nothing within two minutes: %w", errSilent)
		case <-tick.C:
			if e.greets(client) {
				return nil
			}
		}
	}
}

// greets tells whether it is the emulator that answers, which says Ok. Its port
// is free until Java has started, and anybody may have taken it.
func (e *Emulator) greets(client *http.Client) bool {
	resp, err := client.Get("http://" + e.Host + "/")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 100))
	return err == nil && strings.TrimSpace(string(text)) == "Ok"
}
