// Runs one Go program in Node: node host.cjs '{"glue": …}', see nodeConfig in
// node.go. The program uses Node's file system and streams directly.
"use strict";
const fs = require("node:fs");

const config = JSON.parse(process.argv[2]);

// What wasm_exec.js takes from the global object, and Go's syscall package.
globalThis.require = require;
globalThis.fs = fs;
globalThis.path = require("node:path");
require("./globals.cjs").install(config.modules);

require(config.glue);
if (config.amphiwire) require("node:vm").runInThisContext(config.amphiwire, { filename: "amphiwire.js" });
for (const script of config.scripts) require(script);

const go = new Go();
go.argv = config.argv;
go.env = config.env;
go.exit = process.exit;

// wake makes Go handle an event with this id.
const wake = (id) => {
	go._pendingEvent = { id };
	go._resume();
};
const fail = (err) => {
	console.error(err);
	process.exit(1);
};

WebAssembly.instantiate(fs.readFileSync(config.wasm), go.importObject).then(({ instance }) => {
	// An id that is no number makes Go panic; with GOTRACEBACK=all, which the
	// runner sets, it prints every goroutine.
	process.on("SIGQUIT", () => wake("stacks wanted"));
	process.on("exit", (code) => {
		// Nothing is left to wait for: a deadlock, which 0 stands for.
		if (code === 0 && !go.exited) wake(0);
	});
	return go.run(instance);
}).catch(fail);
