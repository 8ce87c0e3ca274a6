package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Who there is, as the test says at the moment: it answers GET /credentials?key=… and GET /entries?cluster=… at its
// address with JSON.
type identities string

// Credentials that the local STS knows, and who has them.
type credentials struct {
	SecretAccessKey string `json:"secretAccessKey"`
	// Empty for those that do not expire.
	SessionToken string `json:"sessionToken"`
	Account      string `json:"account"`
	ARN          string `json:"arn"`
	UserID       string `json:"userId"`
}

// An access entry of EKS.
type accessEntry struct {
	// Of IAM's role, not of the session.
	PrincipalARN string   `json:"principalArn"`
	Username     string   `json:"username"`
	Groups       []string `json:"groups"`
}

func (i identities) credentials(accessKey string) (found credentials, err error) {
	return found, i.get("/credentials?key="+url.QueryEscape(accessKey), &found)
}

func (i identities) entries(cluster string) (entries []accessEntry, err error) {
	return entries, i.get("/entries?cluster="+url.QueryEscape(cluster), &entries)
}

func (i identities) get(path string, value any) error {
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}}
	answer, err := client.Get(string(i) + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(value)
}
