// Command wasm_exec runs a program or test binary that was built with
// GOOS=js GOARCH=wasm, in Node or in a real browser. What the program writes
// to stdout and stderr comes out here, in order, and its exit code becomes
// the exit code of the command.
//
//	GOOS=js GOARCH=wasm go build -o app.wasm ./cmd/app
//	go install github.com/amphiwire/amphiwire/wasm_exec@latest
//	wasm_exec app.wasm -name x              # Node
//	wasm_exec -in chromium app.wasm -name x # headless Chromium
//
// # As go test -exec
//
//	GOOS=js GOARCH=wasm go test -exec 'wasm_exec -in firefox' ./...
//
// It has to be installed: go run in its place would build it for js too.
//
// A program called go_js_wasm_exec that is found on PATH is used without
// -exec, so a copy under that name makes go test and go run use Node as they
// are. Tests read their testdata, have temporary directories, and write
// coverage (-cover, -coverprofile, GOCOVERDIR), memory, block and mutex
// profiles and traces as natively. There are no CPU profiles on js/wasm, in no
// engine: a sentence on stderr says so when one is asked for.
//
// # Flags
//
//	-in node|chromium|firefox|webkit
//	      the engine; default node
//	-env A,B
//	      also pass these environment variables to the program. It always
//	      gets GO*, AMPHIWIRE_*, WANT_*, PWD, HOME, TMPDIR and TZ. Arguments
//	      and environment together have room for 8 KiB, a limit of
//	      wasm_exec.js, and that is why not all of it is passed.
//	-timeout d
//	      end the program after this time: its goroutine stacks are asked for
//	      first. Default 10m, or a minute more than the -test.timeout of a
//	      test binary; negative: none.
//	-script file.js
//	      load this script after wasm_exec.js and before the program; may be
//	      given more than once
//	-plain
//	      do not load amphiwire.js, which is otherwise loaded after
//	      wasm_exec.js: see below
//	-worker
//	      run the program in a dedicated Worker of the page
//	-page file.html
//	      run the program in this page; see below
//	-csp policy
//	      answer with this Content-Security-Policy
//	-serve
//	      start no browser: print a URL for a person to open, run the program
//	      at each visit, and go on until interrupted
//	-screenshot file.png
//	      Chromium only: a picture of the page, taken when the program ended
//	-v    show the browser's own log on stderr
//
// The last six need an engine that is a browser; -serve stands for one.
//
// # A page of your own
//
// With -page the program runs in your page, which may hold whatever elements
// the program works on. Files of the page's folder are served beside it, so
// that it may have scripts and style sheets, and so are /main.wasm (the
// program), /wasm_exec.js (the toolchain's) and /amphiwire.js. The page loads the host with
//
//	<script src="/wasm_exec/host.js"></script>
//
// If it does not, the tag is put at the start of its head. The host starts the
// program once the document has been read. A page that starts its program
// itself when served by anything else can tell by globalThis.wasmExec. Output
// is also shown in the element with the id wasm_exec-output, if there is one.
//
// # amphiwire.js
//
// This script, a file of this folder, lets WebSockets of package client pass
// messages without a call of syscall/js for each. wasm_exec loads it for every
// program; one that does not use Amphiwire is not touched by it. A page of
// yours loads it after wasm_exec.js and before it runs the program:
//
//	<script src="wasm_exec.js"></script>
//	<script src="amphiwire.js"></script>
//
// With -page it is served as /amphiwire.js. It needs no more of a
// Content-Security-Policy than Go does: script-src 'self' 'wasm-unsafe-eval'.
// Without it, and with a wasm_exec.js that is too different from the ones it
// knows, programs do the same in a slower way.
//
// # Signals
//
// SIGQUIT prints the stacks of the program's goroutines and ends it: it is made
// to panic, with GOTRACEBACK=all unless you set another. That, and the stacks on
// a timeout, need the program to return to its event loop: one that computes
// without end is ended without. SIGINT and SIGTERM end it at
// once, with 128 plus the signal's number. No process and no profile folder
// stays behind, even if the runner is killed.
//
// # What is needed
//
// A Unix system: it ends a browser, which is many processes, as a process
// group. On Debian and Ubuntu:
//
//	node      apt-get install nodejs npm      (Node 20 or newer)
//	chromium  apt-get install chromium
//	firefox   apt-get install firefox-esr
//	webkit    apt-get install webkit2gtk-driver xvfb xauth
//
// Node 20 has no WebSocket and no EventSource; they come from the npm package
// undici, which the first run installs: into the folder node beside this
// source where that can be written, else into the user's cache folder.
//
// # How it works
//
// wasm_exec.js is the toolchain's own, from GOROOT. No driver protocol is
// involved: the browser is started with the address of a page that this
// command serves on the loopback interface. The page fetches its
// configuration, runs the program, and posts output, files and the exit code
// back. The browser has a new profile, no window, and no proxy. Files are read
// from the working directory and GOROOT, and nothing else; what the program
// writes stays in the page's memory, but for the profiles that its flags name.
// These endpoints need a token that only the started browser knows.
package main
