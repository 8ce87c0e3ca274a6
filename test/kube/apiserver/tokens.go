package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	authentication "k8s.io/api/authentication/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/aws-iam-authenticator/pkg/token"
)

// Serves the reviews of tokens that EKS does, with the verifier that EKS has: aws-iam-authenticator's. Answers the
// kubeconfig by which the API server finds it.
func serveTokenReviews(o options, ca *authority) (string, error) {
	who := identities(o.identities)
	if err := serveSTS(who, ca); err != nil {
		return "", err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", ca.serverConfig())
	if err != nil {
		return "", err
	}
	verifier := token.NewVerifier(o.cluster, "aws", o.region)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review authentication.TokenReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		status, err := statusOf(verifier, who, o.cluster, review.Spec.Token)
		if err != nil {
			log.Printf("token refused: %v", err)
		}
		answer(w, http.StatusOK, authentication.TokenReview{
			TypeMeta: meta.TypeMeta{APIVersion: "authentication.k8s.io/v1", Kind: "TokenReview"}, Status: status,
		})
	}))
	port := listener.Addr().(*net.TCPAddr).Port
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: eks, cluster: {server: "https://localhost:%d/", certificate-authority: %q}}]
users: [{name: apiserver, user: {}}]
contexts: [{name: eks, context: {cluster: eks, user: apiserver}}]
current-context: eks
`, port, filepath.Join(o.dir, "ca.crt")), nil
}

// Who a token is of, if there is an access entry for him.
func statusOf(verifier token.Verifier, who identities, cluster, bearer string) (authentication.TokenReviewStatus, error) {
	identity, err := verifier.Verify(bearer)
	if err != nil {
		return authentication.TokenReviewStatus{}, err
	}
	entries, err := who.entries(cluster)
	if err != nil {
		return authentication.TokenReviewStatus{}, err
	}
	for _, entry := range entries {
		if strings.EqualFold(entry.PrincipalARN, identity.CanonicalARN) {
			return authentication.TokenReviewStatus{Authenticated: true, User: authentication.UserInfo{
				Username: strings.ReplaceAll(entry.Username, "{{SessionName}}", identity.SessionName),
				UID:      fmt.Sprintf("aws-iam-authenticator:%s:%s", identity.AccountID, identity.UserID),
				Groups:   append([]string{"system:authenticated"}, entry.Groups...),
			}}, nil
		}
	}
	return authentication.TokenReviewStatus{}, fmt.Errorf("no access entry for %s", identity.CanonicalARN)
}
