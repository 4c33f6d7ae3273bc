//go:build !js

package sse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestC4TheLastEventIDIsSentUntilItChanges(t *testing.T) {
	texts := bodies(
		"id: 1\ndata: a\n\n",
		"data: b\n\n",                      // D7: it carries over
		"id: 2\ndata: c\n\nid: x\ndata: d", // D5: x is of an unfinished block
		"id: 3\n\n",                        // D1: an ID alone counts
		"id: 4€ \ndata: e\n\n",
		"id\ndata: f\n\n", // reset
		"",
	)
	withServer(t, texts, func(t *testing.T, s *server) {
		stream := s.connect(Options{LastEventID: "0"})
		assert.Equal(t, []Event{
			{"message", "a", "1"}, {"message", "b", "1"}, {"message", "c", "2"}, {"message", "e", "4€ "}, {"message", "f", ""},
		}, receive(t, stream, 5))
		for len(s.requests()) < 7 {
			nextChange(t, stream)
		}
		var ids [][]string
		for _, r := range s.requests() {
			ids = append(ids, r.header["Last-Event-Id"])
		}
		// Spaces around a value are not part of it (RFC 9110, section 5.5).
		assert.Equal(t, [][]string{{"0"}, {"1"}, {"1"}, {"2"}, {"3"}, {"4€"}, nil}, ids)
	})
}

func TestC5AnIDThatHTTPCannotCarryIsKeptAndNotSent(t *testing.T) {
	for _, id := range []string{"\x01", "a\x1fb", "\x7f", "x\x0by"} {
		withServer(t, bodies("id: "+id+"\ndata: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
			stream := s.connect(Options{})
			assert.Equal(t, []Event{{"message", "1", id}, {"message", "2", id}}, receive(t, stream, 2))
			assert.NotContains(t, s.requests()[1].header, "Last-Event-Id")
			assert.Equal(t, id, stream.LastEventID())
		})
	}
}

func TestC5AnIDWithATabOrBeyondASCIIIsSent(t *testing.T) {
	for _, id := range []string{"a\tb", "…", "😀", "a b", "<&>", strings.Repeat("x", 1000)} {
		withServer(t, bodies("id: "+id+"\ndata: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
			receive(t, s.connect(Options{}), 2)
			assert.Equal(t, id, s.requests()[1].header.Get("Last-Event-Id"))
		})
	}
}

func TestTheLastEventIDIsTheStreamsOwn(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.connect(Options{Header: map[string][]string{"last-event-id": {"forged"}}})
		assert.NotContains(t, s.requests()[0].header, "Last-Event-Id")
	})
}

func TestUserAndPasswordOfTheURL(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		stream, err := Connect(t.Context(), "http://us%20er:pass@events.test/stream", s.options(Options{}))
		require.NoError(t, err)
		defer stream.Close()
		assert.Equal(t, "Basic dXMgZXI6cGFzcw==", s.requests()[0].header.Get("Authorization"))
	})
}

func TestUserAndPasswordOfTheURLGiveWayToAHeader(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		o := Options{Header: map[string][]string{"Authorization": {"Bearer x"}}}
		stream, err := Connect(t.Context(), "http://user:pass@events.test/stream", s.options(o))
		require.NoError(t, err)
		defer stream.Close()
		assert.Equal(t, []string{"Bearer x"}, s.requests()[0].header["Authorization"])
	})
}

// A POST stream as services of language models serve it.
func TestOneShot(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, _ int) {
		send(w, r, "data: to\n\ndata: ken\n\n", false)
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		stream := s.connect(Options{OneShot: true, Body: someBody, Header: map[string][]string{"Content-Type": {"application/json"}}})
		var text string
		for e, err := range stream.Events(t.Context()) {
			require.NoError(t, err)
			text += e.Data
		}
		assert.Equal(t, "token", text)
		_, err := stream.Receive(t.Context())
		assert.Equal(t, io.EOF, err)
		require.Len(t, s.requests(), 1)
		got := s.requests()[0]
		assert.Equal(t, "POST", got.method)
		assert.Equal(t, "body", got.body)
		assert.Equal(t, "application/json", got.header.Get("Content-Type"))
		assert.Equal(t, "4", got.header.Get("Content-Length"), "the length is known")
	})
}

func TestOneShotThatBreaksIsAnError(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, _ int) {
		send(w, r, "data: 1\n\ndata: 2", false)
		drop()
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		stream := s.connect(Options{OneShot: true})
		receive(t, stream, 1)
		_, err := stream.Receive(t.Context())
		var ce *ConnectError
		require.True(t, errors.As(err, &ce))
		assert.True(t, errors.Is(err, io.ErrUnexpectedEOF), "%v", err)
		assert.Equal(t, testURL, ce.URL)
		assert.Len(t, s.requests(), 1)
	})
}

func TestTheBodyIsMadeAnewForEveryAttempt(t *testing.T) {
	made := 0
	body := func() (io.Reader, error) {
		made++
		return strings.NewReader("body " + strconv.Itoa(made)), nil
	}
	withServer(t, bodies("data: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
		receive(t, s.connect(Options{Body: body}), 2)
		assert.Equal(t, "body 1", s.requests()[0].body)
		assert.Equal(t, "body 2", s.requests()[1].body)
	})
}

func TestABodyThatCannotBeMadeFailsTheAttempt(t *testing.T) {
	calls := 0
	body := func() (io.Reader, error) {
		if calls++; calls == 2 {
			return nil, assert.AnError
		}
		return strings.NewReader("body"), nil
	}
	withServer(t, bodies("data: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
		receive(t, s.connect(Options{Body: body}), 2)
		assert.Equal(t, 3, calls)
		calls = 1
		assert.True(t, errors.Is(failed(t, s, Options{Body: body}), assert.AnError))
	})
}

func TestPrepareChangesOneAttempt(t *testing.T) {
	var attempts []Attempt
	prepare := func(_ context.Context, a *Attempt) error {
		attempts = append(attempts, *a)
		a.URL += "?n=" + strconv.Itoa(len(attempts))
		a.Header["authorization"] = []string{"Bearer " + strconv.Itoa(len(attempts))}
		a.Header["X-A"][0] += "!"
		return nil
	}
	withServer(t, bodies("id: 1\ndata: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
		receive(t, s.connect(Options{Prepare: prepare, Header: map[string][]string{"x-a": {"1"}}}), 2)
		for n, got := range s.requests() {
			number := strconv.Itoa(n + 1)
			assert.Equal(t, "/stream?n="+number, got.target)
			assert.Equal(t, "Bearer "+number, got.header.Get("Authorization"))
			assert.Equal(t, "1!", got.header.Get("X-A"), "changes do not add up")
		}
		require.Len(t, attempts, 2)
		assert.Equal(t, testURL, attempts[1].URL)
		assert.Equal(t, 1, attempts[0].Number)
		assert.NoError(t, attempts[0].Err)
		assert.Equal(t, io.EOF, attempts[1].Err)
		assert.Equal(t, "1", s.requests()[1].header.Get("Last-Event-Id"))
	})
}

func TestPrepareThatFails(t *testing.T) {
	calls := 0
	prepare := func(_ context.Context, a *Attempt) error {
		if calls++; calls == 2 {
			return assert.AnError
		}
		return nil
	}
	withServer(t, bodies("data: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
		receive(t, s.connect(Options{Prepare: prepare}), 2)
		assert.Equal(t, 3, calls, "a token service that is down is asked again")
		calls = 1
		assert.True(t, errors.Is(failed(t, s, Options{Prepare: prepare}), assert.AnError))
	})
}

func TestPrepareThatMakesWhatCannotBeSent(t *testing.T) {
	for name, change := range map[string]func(*Attempt){
		"a bad URL":   func(a *Attempt) { a.URL = "ws://events.test" },
		"a bad value": func(a *Attempt) { a.Header["A"] = []string{"\n"} },
	} {
		t.Run(name, func(t *testing.T) {
			withServer(t, bodies("data: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
				stream := s.connect(Options{Prepare: func(_ context.Context, a *Attempt) error {
					if a.Err != nil {
						change(a)
					}
					return nil
				}})
				receive(t, stream, 1)
				_, err := stream.Receive(t.Context())
				var ce *ConnectError
				assert.True(t, errors.As(err, &ce), "it would fail again, so it is the end: %v", err)
			})
		})
	}
}

func TestAnExpiredTokenIsRefreshedOnce(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, n int) {
		if r.Header.Get("Authorization") != "Bearer 2" {
			w.WriteHeader(401)
			return
		}
		send(w, r, "data: 1\n\n", true)
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		token := 0
		prepare := func(_ context.Context, a *Attempt) error {
			if status, _ := answerOf(a.Err); a.Err == nil || status == 401 {
				token++
			}
			a.Header["Authorization"] = []string{"Bearer " + strconv.Itoa(token)}
			return nil
		}
		receive(t, s.connect(Options{Prepare: prepare}), 1)
		all := s.requests()
		require.Len(t, all, 2)
		assert.Equal(t, all[0].at, all[1].at, "at once")
	})
}

func TestATokenThatIsRefusedAgainIsTheEnd(t *testing.T) {
	withServer(t, respond(401, "", "expired"), func(t *testing.T, s *server) {
		got := failed(t, s, refresh)
		assert.Equal(t, 401, got.StatusCode)
		assert.Equal(t, "expired", string(got.Body))
		assert.Len(t, s.requests(), 2)
	})
}
