package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Of a request without a body.
const emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// What the signature itself adds to a query.
var signatureParameters = []string{
	"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Signature", "X-Amz-SignedHeaders",
}

// Serves STS's GetCallerIdentity, and leads this process there when it asks for STS of any Region: nothing leaves the
// machine.
func serveSTS(who identities, ca *authority) error {
	listener, err := tls.Listen("tcp", "127.0.0.1:0", ca.serverConfig())
	if err != nil {
		return err
	}
	go http.Serve(listener, stsHandler(who))
	// The verifier's client uses the default transport.
	http.DefaultTransport = &http.Transport{
		TLSClientConfig: ca.clientConfig(),
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "sts.") {
				address = listener.Addr().String()
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	return nil
}

func stsHandler(who identities) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		accessKey, _, _ := strings.Cut(query.Get("X-Amz-Credential"), "/")
		caller, err := who.credentials(accessKey)
		if err != nil {
			refuse(w, "InvalidClientTokenId", "The security token included in the request is invalid")
			return
		}
		signature, err := signatureOf(r, accessKey, caller)
		if err != nil || signature != query.Get("X-Amz-Signature") || caller.SessionToken != query.Get("X-Amz-Security-Token") {
			refuse(w, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided")
			return
		}
		answer(w, http.StatusOK, map[string]any{"GetCallerIdentityResponse": map[string]any{
			"GetCallerIdentityResult": map[string]string{"Account": caller.Account, "Arn": caller.ARN, "UserId": caller.UserID},
			"ResponseMetadata":        map[string]string{"RequestId": "test"},
		}})
	})
}

// The signature that AWS's own signer gives the request.
func signatureOf(r *http.Request, accessKey string, caller credentials) (string, error) {
	query := r.URL.Query()
	scope := strings.Split(query.Get("X-Amz-Credential"), "/") // key, date, Region, service, aws4_request
	if len(scope) != 5 || scope[3] != "sts" {
		return "", errors.New("malformed X-Amz-Credential")
	}
	signedAt, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	if err != nil {
		return "", err
	}
	headers := strings.Split(query.Get("X-Amz-SignedHeaders"), ";")
	for _, name := range signatureParameters {
		query.Del(name)
	}
	unsigned := url.URL{Scheme: "https", Host: r.Host, Path: r.URL.Path, RawQuery: query.Encode()}
	request, err := http.NewRequest(http.MethodGet, unsigned.String(), nil)
	if err != nil {
		return "", err
	}
	for _, name := range headers {
		if name != "host" {
			request.Header.Set(name, r.Header.Get(name))
		}
	}
	keys := aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: caller.SecretAccessKey, SessionToken: caller.SessionToken}
	signed, _, err := v4.NewSigner().PresignHTTP(r.Context(), keys, request, emptySHA256, "sts", scope[2], signedAt)
	if err != nil {
		return "", err
	}
	presigned, err := url.Parse(signed)
	if err != nil {
		return "", err
	}
	return presigned.Query().Get("X-Amz-Signature"), nil
}

func refuse(w http.ResponseWriter, code, message string) {
	answer(w, http.StatusForbidden, map[string]any{
		"Error": map[string]string{"Code": code, "Message": message, "Type": "Sender"}, "RequestId": "test",
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("content-type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
