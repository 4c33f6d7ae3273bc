//go:build !js

package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// server starts a server that echoes at /ws/echo and misbehaves elsewhere.
func server() *testserver.Server {
	s, err := testserver.Listen("127.0.0.1:0", nil)
	if err != nil {
		panic(err)
	}
	return s
}

func Example() {
	s := server()
	defer s.Close()
	ctx := context.Background()

	conn, err := client.Connect(ctx, s.WSURL()+"/ws/echo", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	if err := conn.Send(ctx, client.Text("hello")); err != nil {
		fmt.Println(err)
		return
	}
	m, err := conn.Receive(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %s\n", m.Type, m.Data)
	// Output: text: hello
}

func ExampleConnect() {
	s := server()
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	_, err := client.Connect(ctx, s.WSURL()+"/ws/reject?status=403", nil)
	var failed *client.ConnectError
	if errors.As(err, &failed) {
		fmt.Println("status", failed.StatusCode)
	}
	// Output: status 403
}

func ExampleConn_Messages() {
	s := server()
	defer s.Close()
	ctx := context.Background()

	conn, err := client.Connect(ctx, s.WSURL()+"/ws/burst?n=3", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	for m, err := range conn.Messages(ctx) { // until the server closes
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(string(m.Data))
	}
	// Output:
	// 0
	// 1
	// 2
}

// A Receive may be given up at any time: nothing is lost.
func ExampleConn_Receive_timeout() {
	s := server()
	defer s.Close()
	conn, err := client.Connect(context.Background(), s.WSURL()+"/ws/echo", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err = conn.Receive(ctx)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))

	conn.Send(context.Background(), client.Text("still here"))
	m, err := conn.Receive(context.Background())
	fmt.Println(string(m.Data), err)
	// Output:
	// true
	// still here <nil>
}

// With a buffer of its own a loop receives without allocating. Data is in the
// buffer, so it is valid until the next call.
func ExampleConn_ReceiveInto() {
	s := server()
	defer s.Close()
	ctx := context.Background()
	conn, err := client.Connect(ctx, s.WSURL()+"/ws/burst?n=1000&size=100", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()

	bytes, buf := 0, make([]byte, 4096)
	for {
		m, err := conn.ReceiveInto(ctx, buf)
		if err != nil {
			break
		}
		bytes += len(m.Data)
	}
	fmt.Println(bytes)
	// Output: 100000
}

// A server may listen on a Unix socket. The URL still says what the request's
// path and its field Host are.
func ExampleNativeOptions_unixSocket() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "socket")
	listener, err := net.Listen("unix", path)
	if err != nil {
		fmt.Println(err)
		return
	}
	server := &http.Server{Handler: testserver.Handler(nil)}
	go server.Serve(listener)
	defer server.Close()
	ctx := context.Background()

	conn, err := client.Connect(ctx, "ws://app.example/ws/echo", &client.Options{
		Native: client.NativeOptions{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "unix", path)
			},
			// Whatever proxy the environment names.
			Proxy: func(*http.Request) (*url.URL, error) { return nil, nil },
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	conn.Send(ctx, client.Text("hello"))
	m, err := conn.Receive(ctx)
	fmt.Println(string(m.Data), err)
	// Output: hello <nil>
}

// An error says who ended the connection, and how.
func ExampleCloseError() {
	s := server()
	defer s.Close()
	ctx := context.Background()
	for _, path := range []string{"/ws/close", "/ws/close?code=4001&reason=token+expired", "/ws/drop"} {
		conn, err := client.Connect(ctx, s.WSURL()+path, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = conn.Receive(ctx)
		var closed *client.CloseError
		switch {
		case errors.Is(err, io.EOF):
			fmt.Println("the server has finished")
		case errors.As(err, &closed) && closed.Code == client.CloseAbnormal:
			fmt.Println("the connection was lost")
		case errors.As(err, &closed):
			fmt.Println("the server says:", closed.Code, closed.Reason)
		}
		conn.Close()
	}
	// Output:
	// the server has finished
	// the server says: 4001 token expired
	// the connection was lost
}
