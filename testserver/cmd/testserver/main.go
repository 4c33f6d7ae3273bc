// Command testserver runs the companion server of package testserver until it
// is interrupted.
//
//	testserver [-addr host:port] [-tls [-tls-addr host:port] [-cert-out file]] [-log]
//
// It prints where it can be reached, one "name value" on a line:
//
//	http http://127.0.0.1:4321
//	ws ws://127.0.0.1:4321
//
// and with -tls also https, wss, and ca, the file with the root certificate
// that clients are to trust. SIGINT or SIGTERM ends it with status 0, after
// the WebSockets were closed with 1001; a second one ends it at once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/amphiwire/amphiwire/testserver"
)

// stopTime is how long connections have to end in order.
const stopTime = 10 * time.Second

// main turns signals into the end of a context, and an error into status 1.
func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Once the first signal has come, the next one is to end the process.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "testserver:", err)
		os.Exit(1)
	}
}

// A config is what the flags say.
type config struct {
	addr    string
	tls     bool
	tlsAddr string
	certOut string
	log     bool
}

// parse reads the flags. What would have no effect is an error: a server that
// quietly does something else costs more time than one that does not start.
func parse(args []string, stderr io.Writer) (*config, error) {
	c := &config{}
	flags := flag.NewFlagSet("testserver", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.addr, "addr", "127.0.0.1:0", "`host:port` to listen on; port 0 is a free one")
	flags.BoolVar(&c.tls, "tls", false, "also serve https and wss, with a certificate made for this run")
	flags.StringVar(&c.tlsAddr, "tls-addr", "127.0.0.1:0", "`host:port` to listen on with TLS")
	flags.StringVar(&c.certOut, "cert-out", "", "`file` for the root certificate; none: a temporary one, removed at the end")
	flags.BoolVar(&c.log, "log", false, "log requests to standard error")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if !c.tls && (c.certOut != "" || c.tlsAddr != "127.0.0.1:0") {
		return nil, errors.New("-cert-out and -tls-addr have no meaning without -tls")
	}
	return c, nil
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parse(args, stderr)
	if err != nil {
		return err
	}
	opts := &testserver.Options{}
	if c.log {
		opts.Logf = log.New(stderr, "", log.LstdFlags).Printf
	}
	plain, err := testserver.Listen(c.addr, opts)
	if err != nil {
		return err
	}
	defer shutdown(plain)
	fmt.Fprintf(stdout, "http %s\nws %s\n", plain.URL(), plain.WSURL())
	if c.tls {
		return c.runTLS(ctx, opts, stdout)
	}
	<-ctx.Done()
	return nil
}

// runTLS serves with TLS until ctx ends.
func (c *config) runTLS(ctx context.Context, opts *testserver.Options, stdout io.Writer) error {
	s, err := testserver.ListenTLS(c.tlsAddr, opts)
	if err != nil {
		return err
	}
	defer shutdown(s)
	file, remove, err := c.writeCertificate(s.CertificatePEM())
	defer remove()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "https %s\nwss %s\nca %s\n", s.URL(), s.WSURL(), file)
	<-ctx.Done()
	return nil
}

// writeCertificate returns the file that it wrote, and what removes it if
// nobody asked for that name.
func (c *config) writeCertificate(pem []byte) (file string, remove func(), err error) {
	if c.certOut != "" {
		if file, err = filepath.Abs(c.certOut); err == nil {
			err = os.WriteFile(file, pem, 0o644)
		}
		return file, func() {}, err
	}
	dir, err := os.MkdirTemp("", "amphiwire-testserver-")
	if err != nil {
		return "", func() {}, err
	}
	file = filepath.Join(dir, "ca.pem")
	return file, func() { _ = os.RemoveAll(dir) }, os.WriteFile(file, pem, 0o644)
}

// shutdown lets connections end in order, and breaks those that do not. There
// is nothing left to do about its error.
func shutdown(s *testserver.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	_ = s.Shutdown(ctx)
}
