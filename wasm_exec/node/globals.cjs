// Gives programs the WebSocket and EventSource that browsers have and older
// Nodes lack. undici is loaded when one of them is first asked for: most
// programs and tests never do, and loading takes longer than they run.
"use strict";
const path = require("node:path");

const names = ["WebSocket", "EventSource", "CloseEvent", "MessageEvent", "ErrorEvent"];

// install(modules) defines what is missing; modules is the folder of undici.
exports.install = (modules) => {
	// Never a mix of Node's own and undici's: an undici WebSocket dispatches
	// undici's events.
	for (const name of names.filter((n) => !(n in globalThis))) {
		const define = (value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
		Object.defineProperty(globalThis, name, {
			configurable: true,
			enumerable: false,
			get() {
				define(require(path.join(modules, "undici"))[name]);
				return globalThis[name];
			},
			set: define, // a program may bring its own, or take it away
		});
	}
};
