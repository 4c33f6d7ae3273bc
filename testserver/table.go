package testserver

import (
	"net/http"
	"slices"
)

// A route is one entry of the table in the package comment and on the page
// that GET / shows.
type route struct {
	path  string
	query string // parameters with their defaults, as in a URL
	text  string // what the route does
	// prepare reads every parameter of one request, and returns what serves
	// it if all of them are good.
	prepare func(s *site, q *query) http.Handler
}

// table returns all routes in the order of the package comment.
func table() []route {
	return slices.Concat(webSocketRoutes(), eventStreamRoutes(), plainRoutes())
}
