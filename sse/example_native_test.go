//go:build !js

package sse_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/amphiwire/amphiwire/sse"
)

func ExampleConnect() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "id: 1\nevent: price\ndata: 42\n\nid: 2\nevent: price\ndata: 43\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()

	ctx := context.Background()
	stream, err := sse.Connect(ctx, server.URL, &sse.Options{Types: []string{"price"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer stream.Close()

	for event, err := range stream.Events(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Type, event.Data)
		if event.LastEventID == "2" {
			break
		}
	}
	// Output:
	// price 42
	// price 43
}

func ExampleRead() {
	body := strings.NewReader("data: one\n\ndata: two\ndata: lines\n\n")
	for event, err := range sse.Read(body) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%q\n", event.Data)
	}
	// Output:
	// "one"
	// "two\nlines"
}
