// Command apiserver is a Kubernetes API for tests: a real kube-apiserver over an etcd in the same process, on 127.0.0.1,
// that takes the tokens of EKS. There are no controllers, no scheduler and no kubelet: objects are stored, validated,
// authorized and served, and nothing runs.
//
// It writes -dir/server.json when it is ready, and ends when its standard input does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

const (
	readyWithin = 2 * time.Minute
	// How long the API server may take to end once it was asked to.
	endWithin = 5 * time.Second
)

type options struct {
	dir        string
	identities string
	cluster    string
	region     string
	seed       string
	compaction time.Duration
}

// What a test has to know of a server that is ready.
type server struct {
	URL        string `json:"url"`
	CA         string `json:"ca"`
	AdminToken string `json:"adminToken"`
	AuditLog   string `json:"auditLog"`
}

func main() {
	var o options
	flag.StringVar(&o.dir, "dir", "", "folder for everything that is written, made if missing")
	flag.StringVar(&o.identities, "identities", "", "URL that tells the credentials and the access entries there are: see identities.go")
	flag.StringVar(&o.cluster, "cluster", "", "name of the cluster that tokens have to be for")
	flag.StringVar(&o.region, "region", "", "Region of the cluster")
	flag.StringVar(&o.seed, "seed", "", "file of objects to begin with: see seed.go")
	flag.DurationVar(&o.compaction, "compaction", 5*time.Minute, "how often etcd forgets old revisions, so that tokens of lists expire")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "apiserver:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	for name, value := range map[string]string{"-dir": o.dir, "-identities": o.identities, "-cluster": o.cluster, "-region": o.region} {
		if value == "" {
			return fmt.Errorf("%s is missing", name)
		}
	}
	go endWithStandardInput()
	// Files that are written here name others, and are read elsewhere.
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return err
	}
	o.dir = dir
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	storage, err := startStorage(filepath.Join(o.dir, "etcd"))
	if err != nil {
		return err
	}
	defer storage.Close()
	if o.seed != "" {
		if err := seed(storage, o.seed); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	webhook, err := serveTokenReviews(o, ca)
	if err != nil {
		return err
	}
	arguments, ready, err := arrange(o, ca, storage, webhook)
	if err != nil {
		return err
	}
	go announce(ready, ca, filepath.Join(o.dir, "server.json"))
	command := app.NewAPIServerCommand()
	command.SetArgs(arguments)
	return command.ExecuteContext(context.Background())
}

// The test runner holds the other end: when it dies, however, so does this.
func endWithStandardInput() {
	io.Copy(io.Discard, os.Stdin)
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	time.Sleep(endWithin)
	os.Exit(1)
}

// Writes what a test has to know as soon as the server is ready.
func announce(s server, ca *authority, file string) {
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{TLSClientConfig: ca.clientConfig()}}
	err := errors.New("never asked")
	for deadline := time.Now().Add(readyWithin); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var answer *http.Response
		if answer, err = client.Get(s.URL + "/readyz"); err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			if err = writeJSON(file, s); err == nil {
				return
			}
			break
		}
		err = errors.New(answer.Status)
	}
	fmt.Fprintln(os.Stderr, "apiserver: not ready:", err)
	os.Exit(1)
}

// Whoever waits for the file never sees a part of it.
func writeJSON(file string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
