package main

import (
	"errors"
	"io"
	"net/http"

	"github.com/amphiwire/amphiwire/sse"
	launchdarkly "github.com/launchdarkly/eventsource"
	openai "github.com/openai/openai-go/v3/packages/ssestream"
	r3labs "github.com/r3labs/sse/v2"
	tmaxmax "github.com/tmaxmax/go-sse"
)

// maxEvent is the limit of those that have one: their defaults are too small
// for these bodies.
const maxEvent = 32 << 20

// parsers count the events of a body. Ours comes first.
var parsers = []struct {
	name  string
	count func(io.Reader) (int, error)
}{
	{"ours, sse.Read", ours},
	{"ours, sse.Decoder", oursView},
	{"openai-go, decoder", countOpenAI},
	{"tmaxmax/go-sse, Read", countTmaxmax},
	{"launchdarkly/eventsource, Decoder", countLaunchDarkly},
	{"r3labs/sse, Client", countR3labs},
}

func ours(r io.Reader) (n int, err error) {
	for _, err := range sse.Read(r) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// oursView does not copy events.
func oursView(r io.Reader) (n int, err error) {
	d := sse.NewDecoder(r)
	for ; ; n++ {
		if _, err := d.Next(); err != nil {
			return n, ended(err)
		}
	}
}

// countOpenAI uses the decoder that serves the streams of language models; it
// knows neither id nor retry.
func countOpenAI(r io.Reader) (n int, err error) {
	d := openai.NewDecoder(&http.Response{Header: http.Header{}, Body: io.NopCloser(r)})
	for d.Next() {
		n++
	}
	return n, d.Err()
}

func countTmaxmax(r io.Reader) (n int, err error) {
	for _, err := range tmaxmax.Read(r, &tmaxmax.ReadConfig{MaxEventSize: maxEvent}) {
		if err != nil {
			return n, ended(err)
		}
		n++
	}
	return n, nil
}

func countLaunchDarkly(r io.Reader) (n int, err error) {
	d := launchdarkly.NewDecoder(r)
	for ; ; n++ {
		if _, err := d.Decode(); err != nil {
			return n, ended(err)
		}
	}
}

// countR3labs uses the whole client, as its parser is not exported, with a
// transport that answers at once.
func countR3labs(r io.Reader) (n int, err error) {
	c := r3labs.NewClient("http://events.test/", r3labs.ClientMaxBufferSize(maxEvent))
	c.Connection.Transport = answer{r}
	err = c.Subscribe("", func(*r3labs.Event) { n++ })
	return n, ended(err)
}

// An answer is a transport that always has the same body.
type answer struct{ io.Reader }

// RoundTrip implements http.RoundTripper.
func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(a.Reader), Request: r}, nil
}

// ended is err unless it is the end of the body.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
