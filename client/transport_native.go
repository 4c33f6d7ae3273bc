//go:build !js

package client

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
	native "github.com/amphiwire/amphiwire/transport_native"
)

const (
	defaultHandshakeTimeout = 30 * time.Second
	defaultMaxRedirects     = 10
	defaultThreshold        = 256
	defaultPing             = 20 * time.Second
)

// whySlow is empty: there is one way.
func whySlow() string { return "" }

func dial(ctx context.Context, c *transport.Config, o *NativeOptions) (transport.Conn, error) {
	t, err := native.Dial(ctx, c, &native.Options{
		Header:            o.Header,
		TLSConfig:         o.TLSConfig,
		DialContext:       o.DialContext,
		Proxy:             proxy(o.Proxy),
		HandshakeTimeout:  orDefault(o.HandshakeTimeout, defaultHandshakeTimeout, 0),
		MaxRedirects:      orDefault(o.MaxRedirects, defaultMaxRedirects, 0),
		NoCompression:     o.NoCompression,
		NoContextTakeover: o.NoContextTakeover,
		MaxWindowBits:     o.MaxWindowBits,
		Compress:          o.compress(),
		PingInterval:      orDefault(o.PingInterval, defaultPing, 0),
		PingTimeout:       orDefault(o.PingTimeout, defaultPing, 0),
	})
	if malformed, ok := err.(*url.Error); ok {
		return t, malformed.Err // without the URL and the secrets in it
	}
	return t, err
}

// proxy lets the transport do without package net/http.
func proxy(choose func(*http.Request) (*url.URL, error)) func(*url.URL) (*url.URL, error) {
	if choose == nil {
		return nil
	}
	return func(u *url.URL) (*url.URL, error) {
		return choose(&http.Request{Method: "GET", URL: u, Host: u.Host, Header: http.Header{}})
	}
}

// compress is the choice of messages to compress.
func (o *NativeOptions) compress() func(transport.Message) bool {
	if choose := o.Compress; choose != nil {
		return func(m transport.Message) bool { return choose(Message{Type: MessageType(m.Type), Data: m.Data}) }
	}
	threshold := orDefault(o.CompressionThreshold, defaultThreshold, 0)
	return func(m transport.Message) bool { return len(m.Data) >= threshold }
}
