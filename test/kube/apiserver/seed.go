package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
)

// Objects in bulk: they go to etcd as they are, unchecked, before the API server starts. `{{i}}` in the key and in the
// object is a number of five digits from 0 on.
type bulk struct {
	Key    string          `json:"key"`
	Object json.RawMessage `json:"object"`
	Count  int             `json:"count"`
}

func seed(storage *embed.Etcd, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var all []bulk
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	client := v3client.New(storage.Server)
	for _, one := range all {
		for i := range one.Count {
			number := fmt.Sprintf("%05d", i)
			key := strings.ReplaceAll(one.Key, "{{i}}", number)
			object := strings.ReplaceAll(string(one.Object), "{{i}}", number)
			if _, err := client.Put(context.Background(), key, object); err != nil {
				return err
			}
		}
	}
	return nil
}
