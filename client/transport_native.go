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
	defaultPing             = 20 * time.Second
)

func dial(ctx context.Context, c *transport.Config, o *NativeOptions) (transport.Conn, error) {
	return native.Dial(ctx, c, &native.Options{
		Header:           o.Header,
		TLSConfig:        o.TLSConfig,
		DialContext:      o.DialContext,
		Proxy:            proxy(o.Proxy),
		HandshakeTimeout: orDefault(o.HandshakeTimeout, defaultHandshakeTimeout, 0),
		MaxRedirects:     orDefault(o.MaxRedirects, defaultMaxRedirects, 0),
		PingInterval:     orDefault(o.PingInterval, defaultPing, 0),
		PingTimeout:      orDefault(o.PingTimeout, defaultPing, 0),
	})
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
