package firestore

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// emulator is where Google's Firestore emulator answers, or why it does not.
var emulator struct {
	host string
	why  error
}

func TestMain(m *testing.M) {
	stop := func() {}
	if emulator.host = os.Getenv("FIRESTORE_EMULATOR_HOST"); emulator.host == "" {
		emulator.host, stop, emulator.why = startEmulator()
	}
	status := m.Run()
	stop()
	if status == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	os.Exit(status)
}

// needEmulator skips a test, or fails it where everything is required.
func needEmulator(t testing.TB) {
	t.Helper()
	if emulator.why == nil {
		return
	}
	if os.Getenv("BATON_REQUIRE") == "1" {
		t.Fatalf("Firestore's emulator is needed: %v", emulator.why)
	}
	t.Skipf("Firestore's emulator is needed: %v; set FIRESTORE_EMULATOR_HOST, or install the Cloud SDK with cloud-firestore-emulator and Java", emulator.why)
}

// jar finds the emulator of the Cloud SDK.
func jar() (string, error) {
	roots := []string{"/usr/lib/google-cloud-sdk", "/usr/share/google-cloud-sdk", "/opt/google-cloud-sdk"}
	if out, err := exec.Command("gcloud", "info", "--format=value(installation.sdk_root)").Output(); err == nil {
		roots = append(roots, strings.TrimSpace(string(out)))
	}
	for _, root := range roots {
		path := filepath.Join(root, "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no cloud-firestore-emulator.jar under %s", strings.Join(roots, ", "))
}

// startEmulator starts the emulator on a free port and waits until it answers.
func startEmulator() (host string, stop func(), err error) {
	stop = func() {}
	java, err := exec.LookPath("java")
	if err != nil {
		return "", stop, err
	}
	path, err := jar()
	if err != nil {
		return "", stop, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", stop, err
	}
	host = l.Addr().String()
	_, port, _ := net.SplitHostPort(host)
	if err := l.Close(); err != nil {
		return "", stop, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, java, "-Duser.language=en", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g", "-cp", path,
		"com.google.cloud.datastore.emulator.firestore.CloudFirestore", "start",
		"--host=127.0.0.1", "--port="+port, "--database-mode=firestore-native")
	if err := cmd.Start(); err != nil {
		cancel()
		return "", stop, err
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }() // it is killed: it always ends with an error
	stop = func() { cancel(); <-ended }
	if err := answers("http://"+host+"/", ended); err != nil {
		stop()
		return "", func() {}, err
	}
	return host, stop, nil
}

// answers waits until a server answers; ended says that it never will.
func answers(url string, ended <-chan struct{}) error {
	client := &http.Client{Timeout: time.Second}
	defer client.CloseIdleConnections()
	late := time.After(time.Minute)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return fmt.Errorf("the emulator ended while it started")
		case <-late:
			return fmt.Errorf("the emulator did not answer within a minute")
		case <-tick.C:
			if resp, err := client.Get(url); err == nil {
				return resp.Body.Close()
			}
		}
	}
}
