package main

import (
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/embed"
)

// As EKS since 1.32: who says nothing of himself reaches the health endpoints only.
// https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html
const authenticationConfig = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions: [{path: /healthz}, {path: /livez}, {path: /readyz}]
`

// Every request, with its caller, verb, resource and status.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
`

// Writes the files of the API server. Answers its arguments, and what a test has to know of it.
func arrange(o options, ca *authority, storage *embed.Etcd, webhook string) ([]string, server, error) {
	port, err := freePort()
	if err != nil {
		return nil, server{}, err
	}
	s := server{
		URL:        fmt.Sprintf("https://127.0.0.1:%d", port),
		CA:         string(ca.certificate()),
		AdminToken: rand.Text(),
		AuditLog:   filepath.Join(o.dir, "audit.log"),
	}
	tls, err := ca.issue("kube-apiserver", "kubernetes.default.svc")
	if err != nil {
		return nil, server{}, err
	}
	accounts, err := ca.issue("service-accounts")
	if err != nil {
		return nil, server{}, err
	}
	files := map[string][]byte{
		"ca.crt": ca.certificate(), "tls.crt": tls.certificate, "tls.key": tls.key, "accounts.key": accounts.key,
		"authentication.yaml": []byte(authenticationConfig), "audit.yaml": []byte(auditPolicy), "webhook.yaml": []byte(webhook),
		// Who makes the objects of a test.
		"tokens.csv": fmt.Appendf(nil, "%s,admin,admin,system:masters\n", s.AdminToken),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(o.dir, name), content, 0o600); err != nil {
			return nil, server{}, err
		}
	}
	path := func(name string) string { return filepath.Join(o.dir, name) }
	return []string{
		"--etcd-servers=" + storage.Config().ListenClientUrls[0].String(),
		"--etcd-compaction-interval=" + o.compaction.String(),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file=" + path("tls.crt"), "--tls-private-key-file=" + path("tls.key"),
		"--client-ca-file=" + path("ca.crt"),
		"--service-account-key-file=" + path("accounts.key"),
		"--service-account-signing-key-file=" + path("accounts.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-cluster-ip-range=10.0.0.0/16",
		"--authorization-mode=RBAC",
		"--token-auth-file=" + path("tokens.csv"),
		"--authentication-config=" + path("authentication.yaml"),
		// Without a cache, so that each token is verified.
		"--authentication-token-webhook-config-file=" + path("webhook.yaml"),
		"--authentication-token-webhook-version=v1", "--authentication-token-webhook-cache-ttl=0s",
		// It waits for an account that a controller would make.
		"--disable-admission-plugins=ServiceAccount",
		"--endpoint-reconciler-type=none",
		"--audit-policy-file=" + path("audit.yaml"), "--audit-log-path=" + s.AuditLog,
	}, s, nil
}

// A port that was free a moment ago.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
