package main

import (
	"fmt"
	"net/url"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

// Starts an etcd of one member, for no longer than a test.
func startStorage(dir string) (*embed.Etcd, error) {
	// Two of these are written in advance; etcd's own 64 MB are for years.
	wal.SegmentSizeBytes = 4 << 20
	config := embed.NewConfig()
	config.Dir, config.Name = dir, "test"
	for _, urls := range []struct{ listen, advertise *[]url.URL }{
		{&config.ListenClientUrls, &config.AdvertiseClientUrls},
		{&config.ListenPeerUrls, &config.AdvertisePeerUrls},
	} {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		*urls.listen = []url.URL{{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}}
		*urls.advertise = *urls.listen
	}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.UnsafeNoFsync = true
	// One member need not wait for others.
	config.TickMs, config.ElectionMs = 10, 100
	config.LogLevel = "error"
	storage, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	<-storage.Server.ReadyNotify()
	return storage, nil
}
