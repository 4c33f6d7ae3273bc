// Package pages has the tests for which a real page, Worker or other place of
// a browser is needed: what becomes of connections when a page is hidden,
// left, restored or closed, what runs where, and that thousands of connections
// leave nothing behind.
//
// go test builds the js tests of this same package and runs them with
// wasm_exec; -in names the browsers, as it does there:
//
//	go test ./internal/pages -in chromium,firefox,webkit -turns 10000
//
// What one runner can host is in files that end in _js_test.go. What needs
// pages that navigate, or several of them, is in _native_test.go, with its own
// server and browser.
package pages
