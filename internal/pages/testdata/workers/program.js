"use strict";
// Runs the program that the address of this script names, in whatever kind of
// Worker this is, and resolves to what it reports.
importScripts("/wasm_exec.js");
const runProgram = async () => {
	const parameters = new URLSearchParams(location.search);
	const reported = new Promise((ok) => { globalThis.report = ok; });
	const go = new Go();
	go.argv = ["resident", parameters.get("url"), "end"];
	const { instance } = await WebAssembly.instantiateStreaming(fetch("resident.wasm"), go.importObject);
	await go.run(instance);
	return reported;
};
