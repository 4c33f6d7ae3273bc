// Package glue holds the tests of amphiwire.js, the script that a page loads
// between wasm_exec.js and a Go program: with the toolchain's own wasm_exec.js
// and with one that lacks something, in a page, in a Worker, under a strict
// policy, and with two programs in one page.
package glue
