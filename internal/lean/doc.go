// Package lean has the few functions of packages errors, strings, bytes and
// strconv that a js bundle would otherwise take in whole tables, reflection
// and their own start-up for: a page waits for every kilobyte before it runs.
// Each does what its namesake does, for ASCII alone where letters matter, which
// is all that URLs and header fields have, and is tested beside it.
package lean
