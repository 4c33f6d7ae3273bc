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
for (const script of config.scripts) require(script);

const go = new Go();
go.argv = config.argv;
go.env = config.env;
go.exit = process.exit;

// With no event left to wait for, and on request, Go is woken by an event that
// nobody handles: it takes that for a deadlock and prints all stacks.
const stacks = () => {
	go._pendingEvent = { id: 0 };
	go._resume();
};
const fail = (err) => {
	console.error(err);
	process.exit(1);
};

WebAssembly.instantiate(fs.readFileSync(config.wasm), go.importObject).then(({ instance }) => {
	process.on("SIGQUIT", stacks);
	process.on("exit", (code) => {
		if (code === 0 && !go.exited) stacks();
	});
	return go.run(instance);
}).catch(fail);
