package testserver_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/amphiwire/amphiwire/testserver"
)

// A receiver that comes back is given what it has missed.
func ExampleEventStream() {
	server := httptest.NewServer(testserver.EventStream(func(w *testserver.EventWriter) {
		seen, _ := strconv.Atoi(w.LastEventID())
		for k := seen + 1; k <= 3; k++ {
			id := strconv.Itoa(k)
			if w.Send(testserver.Event{ID: id, Data: "line " + id}) != nil {
				return // the receiver is gone
			}
		}
	}, nil))
	defer server.Close()

	resp, err := http.Get(server.URL + "?lastEventId=2")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Print(string(body))
	// Output:
	// id: 3
	// data: line 3
}

// Messages go back with their type until the client closes.
func ExampleWebSocket() {
	handler := testserver.WebSocket(func(p *testserver.Peer) {
		for {
			m, err := p.Receive(context.Background())
			if err != nil {
				return
			}
			if p.Send(context.Background(), m) != nil {
				return
			}
		}
	}, &testserver.WebSocketOptions{MaxMessageSize: 64 << 10})
	http.Handle("/chat", handler)
}

// A server of one's own endpoints breaks its connections when it is told to.
func ExampleListen() {
	s, err := testserver.Listen("127.0.0.1:0", &testserver.Options{
		Handler: testserver.EventStream(func(w *testserver.EventWriter) { <-w.Done() }, nil),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	resp, err := s.HTTPClient().Get(s.URL() + "/mine")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	s.DropAll()
	_, err = io.ReadAll(resp.Body)
	fmt.Println(err != nil)
	// Output: true
}

// A program is asked to survive a server that is away for a while.
func ExampleListenProxy() {
	s, err := testserver.Listen("127.0.0.1:0", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	p, err := testserver.ListenProxy(strings.TrimPrefix(s.URL(), "http://"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()

	get := func() {
		resp, err := http.Get("http://" + p.Addr() + "/healthz")
		if err != nil {
			fmt.Println("refused")
			return
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	get()
	p.Refuse(true)
	p.Cut()
	get()
	p.Refuse(false)
	get()
	// Output:
	// 200 OK
	// refused
	// 200 OK
}
