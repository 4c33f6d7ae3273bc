//go:build !js

package sse

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// redirect answers requests for /stream with a redirect and others with an
// event stream.
func redirect(status int, to string) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Path == "/stream" {
			w.Header().Set("Location", to)
			w.WriteHeader(status)
			return
		}
		send(w, r, "data: 1\n\n", true)
	}
}

func TestC6RedirectsAreFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			withServer(t, redirect(status, "/other?x"), func(t *testing.T, s *server) {
				opened := make(chan StateChange, 9)
				stream := s.connect(Options{LastEventID: "ä", OnState: func(c StateChange) { opened <- c }})
				receive(t, stream, 1)
				got := s.requests()[1]
				assert.Equal(t, "/other?x", got.target)
				assert.Equal(t, "text/event-stream", got.header.Get("Accept"))
				assert.Equal(t, "no-cache", got.header.Get("Cache-Control"))
				assert.Equal(t, "ä", got.header.Get("Last-Event-Id"))
				assert.Equal(t, "http://events.test/other?x", (<-opened).URL, "D3: the origin is that of the final URL")
			})
		})
	}
}

func TestC6TheNextAttemptStartsAtTheOriginalURL(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, n int) {
		if r.URL.Path == "/stream" {
			w.Header().Set("Location", "/other")
			w.WriteHeader(302)
			return
		}
		send(w, r, "data: 1\n\n", n > 1)
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		receive(t, s.connect(Options{}), 2)
		var targets []string
		for _, r := range s.requests() {
			targets = append(targets, r.target)
		}
		assert.Equal(t, []string{"/stream", "/other", "/stream", "/other"}, targets)
	})
}

func TestC6RedirectsWithABodyRepeatItOrNot(t *testing.T) {
	for status, want := range map[int]seen{
		301: {method: "GET"}, 302: {method: "GET"}, 303: {method: "GET"},
		307: {method: "POST", body: "body"}, 308: {method: "POST", body: "body"},
	} {
		for name, body := range map[string]func() (io.Reader, error){
			"of known length":   someBody,
			"of unknown length": func() (io.Reader, error) { return iotest.OneByteReader(strings.NewReader("body")), nil },
			"to be closed":      func() (io.Reader, error) { return io.NopCloser(strings.NewReader("body")), nil },
		} {
			t.Run(strconv.Itoa(status)+" "+name, func(t *testing.T) {
				withServer(t, redirect(status, "/other"), func(t *testing.T, s *server) {
					s.connect(Options{Body: body})
					assert.Equal(t, "body", s.requests()[0].body)
					assert.Equal(t, want.method, s.requests()[1].method)
					assert.Equal(t, want.body, s.requests()[1].body)
				})
			})
		}
	}
}

func TestC6ARedirectBodyThatCannotBeMadeFails(t *testing.T) {
	made := 0
	body := func() (io.Reader, error) {
		if made++; made > 1 {
			return nil, assert.AnError
		}
		return strings.NewReader("body"), nil
	}
	withServer(t, redirect(307, "/other"), func(t *testing.T, s *server) {
		assert.True(t, errors.Is(failed(t, s, Options{Body: body}), assert.AnError))
	})
}

func TestC6RedirectsThatLeadNowhere(t *testing.T) {
	for name, tc := range map[string]struct {
		to     string
		status int // 0: no answer
	}{
		"no Location":        {"", 302},
		"a bad Location":     {"http://[", 0},
		"another scheme":     {"ftp://events.test/", 0},
		"to itself for ever": {"/stream", 0},
	} {
		t.Run(name, func(t *testing.T) {
			withServer(t, redirect(302, tc.to), func(t *testing.T, s *server) {
				assert.Equal(t, tc.status, failed(t, s, Options{}).StatusCode)
				assert.LessOrEqual(t, len(s.requests()), 21)
			})
		})
	}
}

// Fetch, section 4.4: "If request's redirect count is 20, then return a
// network error."
func TestC6TwentyRedirectsAreFollowed(t *testing.T) {
	for redirects, good := range map[int]bool{20: true, 21: false} {
		answer := func(w http.ResponseWriter, r *http.Request, n int) {
			if n < redirects {
				w.Header().Set("Location", "/"+strconv.Itoa(n))
				w.WriteHeader(307)
				return
			}
			send(w, r, "", true)
		}
		withServer(t, answer, func(t *testing.T, s *server) {
			if good {
				s.connect(Options{})
				return
			}
			var tooMany *tooManyRedirectsError
			require.True(t, errors.As(failed(t, s, Options{}), &tooMany))
			assert.Equal(t, 20, tooMany.Limit)
			assert.ErrorContains(t, tooMany, "20 redirects")
		})
	}
}

func TestC6CredentialsAreDroppedAcrossOrigins(t *testing.T) {
	for to, kept := range map[string]bool{
		"/other":                            true,
		"http://events.test/other":          true,
		"http://events.test:80/other":       true,
		"http://events.test:8080/other":     false,
		"http://sub.events.test/other":      false,
		"http://elsewhere.test/other":       false,
		"http://user:pw@events.test/other":  true,
		"http://elsewhere.test/back":        false,
		"http://elsewhere.test:80/other":    false,
		"http://events.test.evil.test/othe": false,
	} {
		t.Run(to, func(t *testing.T) {
			answer := func(w http.ResponseWriter, r *http.Request, n int) {
				if r.URL.Path == "/back" {
					http.Redirect(w, r, "http://events.test/home", 307)
					return
				}
				redirect(307, to)(w, r, n)
			}
			withServer(t, answer, func(t *testing.T, s *server) {
				s.connect(Options{Header: map[string][]string{
					"authorization": {"Bearer secret"}, "Cookie": {"a=secret"}, "X-Other": {"kept"},
				}})
				all := s.requests()
				last := all[len(all)-1].header
				assert.Equal(t, kept, last.Get("Authorization") == "Bearer secret")
				assert.Equal(t, kept, last.Get("Cookie") == "a=secret")
				assert.Equal(t, "kept", last.Get("X-Other"))
				assert.NotContains(t, last, "Referer", "a token in the query is not for others")
				if !kept {
					for _, values := range last {
						assert.NotContains(t, strings.Join(values, ""), "secret")
					}
				}
			})
		})
	}
}

func TestC6FromHTTPSToHTTPIsAnotherOrigin(t *testing.T) {
	secure, plain := &url.URL{Scheme: "https", Host: "events.test"}, &url.URL{Scheme: "http", Host: "events.test:443"}
	assert.NotEqual(t, originOf(secure), originOf(plain))
	assert.Equal(t, originOf(secure), originOf(&url.URL{Scheme: "https", Host: "events.test:443"}))
}

func TestC6AProgramsOwnCheckRedirectDecides(t *testing.T) {
	withServer(t, redirect(307, "http://elsewhere.test/other"), func(t *testing.T, s *server) {
		s.client.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
			assert.Empty(t, req.Header.Get("Authorization"), "credentials have been dropped before it is asked")
			return assert.AnError
		}
		o := Options{Header: map[string][]string{"Authorization": {"secret"}}}
		assert.True(t, errors.Is(failed(t, s, o), assert.AnError))
		s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		assert.Equal(t, 307, failed(t, s, o).StatusCode)
	})
}

func TestC6AProgramsOwnCheckRedirectDoesNotLiftTheLimit(t *testing.T) {
	withServer(t, redirect(307, "/stream"), func(t *testing.T, s *server) {
		s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
		failed(t, s, Options{})
		assert.Len(t, s.requests(), 21)
	})
}

func TestC12CookiesAreThoseOfTheJar(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, n int) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: strconv.Itoa(n)})
		send(w, r, "data: 1\n\n", n > 0)
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		s.client.Jar, _ = cookiejar.New(nil)
		receive(t, s.connect(Options{}), 2)
		assert.Equal(t, "session=0", s.requests()[1].header.Get("Cookie"))
	})
}

// A total timeout would end every stream.
func TestTheClientsTimeoutIsIgnored(t *testing.T) {
	late := func(w http.ResponseWriter, r *http.Request, _ int) {
		pause(r, time.Minute)
		send(w, r, "", false)
		pause(r, time.Minute)
		send(w, r, "data: 1\n\n", true)
	}
	withServer(t, late, func(t *testing.T, s *server) {
		s.client.Timeout = time.Second
		receive(t, s.connect(Options{}), 1)
		assert.Len(t, s.requests(), 1)
		assert.Equal(t, time.Second, s.client.Timeout, "the program's own client is as it was")
	})
}

// What is compressed must still arrive flush by flush.
func TestGzipIsReadAsItComes(t *testing.T) {
	next := make(chan struct{})
	compressed := func(w http.ResponseWriter, r *http.Request, _ int) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		w.Header().Set("Content-Encoding", "gzip")
		for n := 0; n < 3; n++ {
			io.WriteString(z, "data: "+strconv.Itoa(n)+"\n\n")
			z.Flush()
			send(w, r, b.String(), false)
			b.Reset()
			<-next
		}
	}
	withServer(t, compressed, func(t *testing.T, s *server) {
		next = make(chan struct{}) // of this bubble
		stream := s.connect(Options{})
		for n := range 3 {
			assert.Equal(t, strconv.Itoa(n), receive(t, stream, 1)[0].Data)
			next <- struct{}{}
		}
		assert.Equal(t, "gzip", s.requests()[0].header.Get("Accept-Encoding"))
	})
}

func TestCompressionCanBeDeclined(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.connect(Options{Header: map[string][]string{"Accept-Encoding": {"identity"}}})
		assert.Equal(t, []string{"identity"}, s.requests()[0].header["Accept-Encoding"])
	})
}

func TestAHostOfOnesOwn(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.connect(Options{Header: map[string][]string{"Host": {"other.test"}}})
		assert.Equal(t, "other.test", s.requests()[0].host)
	})
}

func TestWithoutAClientTheDefaultOneIsUsed(t *testing.T) {
	own := httpClient(nil)
	assert.Equal(t, follower{http.DefaultTransport}, own.Transport)
	assert.NotNil(t, own.CheckRedirect)
	assert.Nil(t, http.DefaultClient.CheckRedirect, "it is as it was")
}

func TestNoEventSourceNatively(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := Connect(t.Context(), testURL, &Options{Source: SourceEventSource, Types: []string{"message"}})
		assert.True(t, errors.Is(err, errors.ErrUnsupported), "%v", err)
		assert.ErrorContains(t, err, "EventSource")
	})
}

// RFC 9110, section 8.4: what is in a coding that nobody undoes is no event
// stream. To parse it all the same would mean a stream without events.
func TestAnEncodingThatNobodyUndoesIsAnError(t *testing.T) {
	for encoding, asked := range map[string]map[string][]string{
		"br":             nil,
		"Deflate":        nil,
		"x-compress":     nil,
		"none, zstd":     nil,
		"gzip, identity": nil,
		"gzip":           {"Accept-Encoding": {"gzip"}}, // then net/http leaves it alone
	} {
		t.Run(encoding, func(t *testing.T) {
			withServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				w.Header().Set("Content-Encoding", encoding)
				send(w, r, "\x0b\x02\x80", true)
			}, func(t *testing.T, s *server) {
				_, err := Connect(t.Context(), testURL, s.options(Options{Header: asked}))
				var refused *ConnectError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, 200, refused.StatusCode)
				assert.ErrorContains(t, err, `content encoding "`+encoding+`"`)
				assert.Len(t, s.requests(), 1, "another attempt would give the same")
			})
		})
	}
}

// There is nothing to undo: net/http leaves the field, and a browser ends the
// body in good order.
func TestAnEncodingOfNoBodyIsNone(t *testing.T) {
	withServer(t, func(w http.ResponseWriter, r *http.Request, n int) {
		w.Header().Set("Content-Encoding", "gzip")
		if n == 0 {
			w.Header().Set("Content-Type", "text/event-stream")
			w.Header().Set("Content-Length", "0")
			return
		}
		w.Header().Del("Content-Encoding")
		send(w, r, "data: 1\n\n", true)
	}, func(t *testing.T, s *server) {
		assert.Equal(t, "1", receive(t, s.connect(Options{}), 1)[0].Data)
	})
}

// Fetch, section 2.2.4: "If codings are not supported, then return bytes."
func TestWhatIsNoEncodingIsNone(t *testing.T) {
	for _, encoding := range []string{"Identity", "none", "utf-8", "chunked", "gzipped", ","} {
		withServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Encoding", encoding)
			send(w, r, "data: 1\n\n", true)
		}, func(t *testing.T, s *server) {
			assert.Equal(t, "1", receive(t, s.connect(Options{}), 1)[0].Data)
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What a program puts in the place of the network says no more than it has to.
func TestATransportOfTheProgramsOwn(t *testing.T) {
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader("data: 1\n\n")),
		}, nil
	})
	told := make(chan StateChange, 9)
	o := Options{OneShot: true, OnState: func(c StateChange) { told <- c }}
	o.Native.Client = &http.Client{Transport: transport}
	stream, err := Connect(t.Context(), testURL, &o)
	require.NoError(t, err)
	assert.Equal(t, "1", receive(t, stream, 1)[0].Data)
	_, err = stream.Receive(t.Context())
	assert.Equal(t, io.EOF, err)
	assert.Equal(t, testURL, (<-told).URL)
}

// A reader should not bring nothing and no error either, but it may; without
// end it would keep a processor busy.
func TestABodyThatBringsNothingWithoutEndIsLost(t *testing.T) {
	transport := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}},
			Body: io.NopCloser(io.MultiReader(iotest.DataErrReader(strings.NewReader("data: 1\n\n")), endless{})),
		}, nil
	})
	o := Options{OneShot: true}
	o.Native.Client = &http.Client{Transport: transport}
	stream, err := Connect(t.Context(), testURL, &o)
	require.NoError(t, err)
	assert.Equal(t, "1", receive(t, stream, 1)[0].Data)
	_, err = stream.Receive(t.Context())
	assert.ErrorIs(t, err, io.ErrNoProgress)
}

type endless struct{}

func (endless) Read([]byte) (int, error) { return 0, nil }
