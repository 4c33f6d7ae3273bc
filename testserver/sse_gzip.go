package testserver

import (
	"compress/gzip"
	"net/http"
	"strings"
)

// A gzipWriter compresses what is written and hands it on at each flush, as a
// server must that compresses an event stream.
type gzipWriter struct {
	http.ResponseWriter
	z *gzip.Writer
}

func (w *gzipWriter) Write(p []byte) (int, error) { return w.z.Write(p) }

// FlushError is what http.ResponseController calls.
func (w *gzipWriter) FlushError() error {
	if err := w.z.Flush(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// compressed compresses what h answers if the client takes that.
func compressed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Add("Vary", "Accept-Encoding")
		z := gzip.NewWriter(w)
		h.ServeHTTP(&gzipWriter{w, z}, r)
		_ = z.Close() // not if h cuts the connection: it panics, and this is not to look complete
	})
}
