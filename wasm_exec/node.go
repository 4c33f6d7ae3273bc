package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// node runs programs in Node.js, where they use its file system and standard
// streams directly.
type node struct{}

// nodeConfig is what node/host.cjs is told. Its paths are absolute.
type nodeConfig struct {
	Glue      string            `json:"glue"`      // wasm_exec.js
	Amphiwire string            `json:"amphiwire"` // the text of amphiwire.js; empty: not wanted
	Scripts   []string          `json:"scripts"`   // to load after it
	Modules   string            `json:"modules"`   // the folder of npm packages
	Wasm      string            `json:"wasm"`
	Argv      []string          `json:"argv"` // as the program sees them
	Env       map[string]string `json:"env"`
}

// run lets Node take our standard streams, so that output has no detour, and
// input arrives.
func (node) run(p *program, signals <-chan os.Signal) (int, error) {
	path, err := lookUp("Node.js", "nodejs npm", "node", "nodejs")
	if err != nil {
		return 1, err
	}
	dir, err := installNode()
	if err != nil {
		return 1, err
	}
	argv, err := nodeCommand(path, dir, p)
	if err != nil {
		return 1, err
	}
	// Node keeps our process group: it may read from the terminal.
	proc, err := start(launch{argv: argv, env: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr})
	if err != nil {
		return 1, err
	}
	defer proc.stop()
	exit := make(chan int, 1)
	go func() {
		<-proc.done
		exit <- proc.code
	}()
	stacks := func() {
		fmt.Fprintln(os.Stderr, stacksNote)
		proc.quit()
	}
	return running{exit: exit, stacks: stacks}.wait(signals, p.limit())
}

// nodeCommand is the command line that runs a program. The program's
// environment is an argument rather than Node's own, so that variables such as
// NODE_OPTIONS still reach Node.
func nodeCommand(node, dir string, p *program) ([]string, error) {
	scripts := make([]string, len(p.scripts))
	for i, s := range p.scripts {
		scripts[i] = under(p.cwd, s)
	}
	config, err := json.Marshal(nodeConfig{
		Glue: p.glue, Amphiwire: p.amphiwire(), Scripts: scripts, Modules: filepath.Join(dir, "node_modules"),
		Wasm: p.wasm, Argv: p.options.argv, Env: p.env,
	})
	// The stack is that of the toolchain's own runner: deep recursion in Go is
	// deep recursion in the engine.
	return []string{node, "--stack-size=8192", filepath.Join(dir, "host.cjs"), string(config)}, err
}
