package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// options is the command line. The zero value of each field is its default.
type options struct {
	engine     string        // a key of engines
	env        list          // names of variables to pass as well
	timeout    time.Duration // 0: see program.limit; negative: none
	scripts    list          // files to load after wasm_exec.js
	plain      bool          // without amphiwire.js
	worker     bool          // run in a Worker of the page
	page       string        // file to run in; empty: a page of ours
	csp        string        // Content-Security-Policy; empty: none
	serve      bool          // wait for visitors instead of starting a browser
	screenshot string        // file to write; empty: none
	verbose    bool          // show the browser's log
	argv       []string      // the program's file, then its arguments
}

// list is a flag that may be given more than once, or with commas.
type list []string

// String is the current value, for flag.Value.
func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds values, for flag.Value.
func (l *list) Set(s string) error {
	for _, v := range strings.Split(s, ",") {
		if v = strings.TrimSpace(v); v != "" {
			*l = append(*l, v)
		}
	}
	return nil
}

const usage = `usage: wasm_exec [flags] prog.wasm [arguments]

Runs a js/wasm program or test binary in Node or in a browser. Flags:
`

// parseOptions reads the command line. Flags end at the first argument that
// is none, which is the program: what follows is the program's own. Usage and
// flag errors are also written to help.
func parseOptions(args []string, help io.Writer) (*options, error) {
	o := &options{}
	fs := flag.NewFlagSet("wasm_exec", flag.ContinueOnError)
	fs.SetOutput(help)
	fs.Usage = func() {
		fmt.Fprint(help, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&o.engine, "in", "node", "the `engine`: "+strings.Join(engineNames(), ", "))
	fs.Var(&o.env, "env", "also pass the environment variables with these `names`, A,B")
	fs.DurationVar(&o.timeout, "timeout", 0, "end the program after this `time`, with its goroutine stacks\n"+
		"(default 10m, or a minute more than -test.timeout; negative: none)")
	fs.Var(&o.scripts, "script", "load this script `file` after wasm_exec.js; may be repeated")
	fs.BoolVar(&o.plain, "plain", false, "do not load amphiwire.js, which speeds up WebSockets of Amphiwire")
	fs.BoolVar(&o.worker, "worker", false, "run in a dedicated Worker of the page")
	fs.StringVar(&o.page, "page", "", "run in this HTML `file`, served with the files of its folder")
	fs.StringVar(&o.csp, "csp", "", "answer with this `policy` as Content-Security-Policy")
	fs.BoolVar(&o.serve, "serve", false, "start no browser: print a URL to open, until interrupted")
	fs.StringVar(&o.screenshot, "screenshot", "", "chromium: write a picture of the page to this PNG `file` when the program ended")
	fs.BoolVar(&o.verbose, "v", false, "show the browser's own log")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	o.argv = fs.Args()
	return o, o.check()
}

// check refuses what cannot work, rather than ignore it.
func (o *options) check() error {
	if len(o.argv) == 0 {
		return errors.New("no program given; see wasm_exec -h")
	}
	if _, ok := engines[o.engine]; !ok {
		return fmt.Errorf("unknown engine %q; there are %s", o.engine, strings.Join(engineNames(), ", "))
	}
	if o.screenshot != "" && (o.engine != "chromium" || o.serve) {
		return errors.New("-screenshot needs -in chromium")
	}
	if o.engine != "node" || o.serve {
		return nil
	}
	for flag, given := range map[string]bool{"-worker": o.worker, "-page": o.page != "", "-csp": o.csp != "", "-v": o.verbose} {
		if given {
			return fmt.Errorf("%s needs a browser: give -in chromium, firefox or webkit, or -serve", flag)
		}
	}
	return nil
}
