package testserver_test

import (
	"net/http"
	"time"

	"github.com/amphiwire/amphiwire/testserver"
)

// A feed whose receivers may come back after a loss and whose slow receivers
// are told what they missed.
func ExampleEventLog() {
	log := testserver.NewEventLog(&testserver.EventLogOptions{
		Keep:   1000,
		Prefix: time.Now().Format("060102150405-"), // the log is lost when the program ends
	})
	http.Handle("/feed", log.Handler(nil))
	http.HandleFunc("/publish", func(w http.ResponseWriter, r *http.Request) {
		if _, err := log.Publish(r.Context(), testserver.Event{Data: r.FormValue("text")}); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
}
