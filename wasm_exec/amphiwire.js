// Lets messages pass between WebSockets and a Go program without a call of
// syscall/js for each. A page loads it between wasm_exec.js and go.run; a
// program runs without it too, more slowly.
//
// It relies on names of wasm_exec.js that are private: Go.prototype's
// _makeFuncWrapper and _resume, and _inst of a Go object. If one is missing it
// changes nothing, and says which in Go.amphiwire.missing.
//
// How a Go program finds its own Go object, of several in a page: js.FuncOf
// calls _makeFuncWrapper with that object as the receiver. The function that
// it returns gets a property, amphiwire, the bridge of the program.
"use strict";
(() => {
	// What this file and the Go code have agreed on. Both are of one module,
	// but a page may serve an old copy of this one.
	const version = 3;

	const prototype = globalThis.Go?.prototype ?? {};
	const missing = ["_makeFuncWrapper", "_resume"].filter((name) => typeof prototype[name] !== "function");
	if (globalThis.Go) globalThis.Go.amphiwire = { version, missing };
	if (missing.length > 0) return;

	const encoder = new TextEncoder();
	// A text message may begin with a byte order mark.
	const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

	const webkit = globalThis.navigator?.vendor === "Apple Computer, Inc.";

	// ascii writes the part of a text before the first character that is not
	// ASCII, and returns how long that is.
	const ascii = (text, memory, at) => {
		let k = 0;
		for (const last = text.length - 4; k <= last; k += 4) {
			const a = text.charCodeAt(k), b = text.charCodeAt(k + 1), c = text.charCodeAt(k + 2), d = text.charCodeAt(k + 3);
			if ((a | b | c | d) > 127) break;
			memory[at + k] = a;
			memory[at + k + 1] = b;
			memory[at + k + 2] = c;
			memory[at + k + 3] = d;
		}
		for (; k < text.length; k++) {
			const a = text.charCodeAt(k);
			if (a > 127) break;
			memory[at + k] = a;
		}
		return k;
	};
	// Up to how many code units that takes less than TextEncoder: half of it.
	const quick = webkit ? Infinity : 128;

	// newTasks returns a function that has run called in a task of its own,
	// when what is ready now has been handled.
	const newTasks = (run) => {
		// Node: an open MessagePort would keep it from ending.
		if (typeof setImmediate === "function") return () => { setImmediate(run); };
		// WebKit has messages of a channel pass through another process, which
		// takes 100 µs. An element tells in a task that it was opened or
		// closed, also one that is in no document: 5 µs.
		if (globalThis.document && webkit) {
			const details = document.createElement("details");
			details.ontoggle = run;
			return () => { details.open = !details.open; };
		}
		const channel = new MessageChannel();
		channel.port1.onmessage = run;
		return () => channel.port2.postMessage(0);
	};

	// newBridge is what joins one Go program to its WebSockets.
	const newBridge = (go) => {
		const instance = go._inst, exports = instance.exports;
		// over reports whether the program has ended. The same Go object may run
		// another one then, which must get nothing of this one's.
		const over = () => go.exited || go._inst !== instance;
		let view = new Uint8Array(exports.mem.buffer), words = new Uint32Array(view.buffer);
		// memory is all of Go's memory, until Go runs again: it may then grow,
		// which takes the old buffer away. bytes is a piece of it, and sent the
		// one that Go has put down at post to be sent.
		const memory = () => {
			if (view.byteLength === 0) {
				view = new Uint8Array(exports.mem.buffer);
				words = new Uint32Array(view.buffer);
			}
			return view;
		};
		const bytes = (at, n) => memory().subarray(at, at + n);
		const sent = (post) => {
			const all = memory(), at = words[post];
			return all.subarray(at, at + words[post + 1]);
		};

		// Go is woken once for all that has arrived together, unless that is
		// much: some engines deliver hundreds of messages before any task, and
		// a program that receives must get to it before its memory is full.
		const much = 64 * 1024;
		const waiting = new Set(); // ids of WebSockets that had messages
		let latest = 0; // the last of them
		let arrived = 0, asked = false;
		const run = () => {
			if (over() || waiting.size === 0) return;
			for (const id of waiting) exports.amphiwire_turn(id);
			waiting.clear();
			latest = arrived = 0;
			go._resume();
		};
		const ask = newTasks(() => {
			asked = false;
			run();
		});
		const wake = (id, size) => {
			if (id !== latest) waiting.add(latest = id);
			arrived += size;
			if (arrived >= much) return run();
			if (asked) return;
			asked = true;
			ask();
		};

		const binary = (id, data) => {
			const message = new Uint8Array(data);
			if (message.length !== data.byteLength) throw new TypeError("the message is neither text nor an ArrayBuffer");
			const at = exports.amphiwire_accept(id, message.length, 0) >>> 0; // 0: refused
			if (at === 0) return;
			memory().set(message, at);
			exports.amphiwire_deliver(id, message.length);
		};
		// A text takes a byte or more for each of its code units. What does
		// not fit into so many goes into more, until all of it does.
		const text = (id, rest) => {
			let used = 0, room = rest.length;
			let at = exports.amphiwire_accept(id, room, 1) >>> 0;
			if (at !== 0 && room <= quick) {
				used = ascii(rest, memory(), at);
				if (used === room) return exports.amphiwire_deliver(id, used);
				rest = rest.slice(used);
			}
			while (at !== 0) {
				const { read, written } = encoder.encodeInto(rest, bytes(at + used, room - used));
				used += written;
				if (read === rest.length) return exports.amphiwire_deliver(id, used);
				rest = rest.slice(read);
				room = used + 3 * rest.length;
				at = exports.amphiwire_more(id, used, rest.length) >>> 0;
			}
		};

		// attach joins a WebSocket to what Go calls id, and to state, a function
		// of Go's, for as long as the program runs. It throws nothing later: what
		// goes wrong with a message is reported to state.
		const attach = (id, socket, state, address) => {
			const post = address / 4;
			const onmessage = ({ data }) => {
				if (over()) return;
				try {
					if (typeof data === "string") text(id, data);
					else binary(id, data);
				} catch (error) {
					if (go.exited) throw error;
					return state({ type: "failed", error });
				}
				if (go.exited) go._resolveExitPromise?.(); // it ended in there
				else wake(id, data.length ?? data.byteLength);
			};
			socket.addEventListener("message", onmessage);
			socket.onopen = socket.onerror = socket.onclose = (event) => {
				if (!over()) state(event);
			};
			// A WebSocket that is itself JavaScript may look later at what it
			// was given, when Go's memory has grown and the view has no length.
			// One that was bound says that it is native, whatever it is.
			const native = socket.send.name === "send" && /\[native code\]/.test(Function.prototype.toString.call(socket.send));
			return {
				sendBinary: native ? () => socket.send(sent(post)) : () => socket.send(sent(post).slice()),
				sendText: () => socket.send(decoder.decode(sent(post))),
				askTurn: () => wake(id, 0),
				detach: () => socket.removeEventListener("message", onmessage),
			};
		};
		return { version, attach };
	};

	// usable reports whether the program in go has what a bridge needs. One
	// that does not use Amphiwire has no such exports.
	const usable = (go) => {
		const exports = go._inst?.exports;
		return typeof exports?.amphiwire_accept === "function" && exports.mem instanceof WebAssembly.Memory;
	};

	const bridges = new WeakMap(); // by instance: a Go object may run several, one after the other
	const makeFuncWrapper = prototype._makeFuncWrapper;
	prototype._makeFuncWrapper = function (id) {
		const wrapper = makeFuncWrapper.call(this, id);
		if (usable(this)) {
			if (!bridges.has(this._inst)) bridges.set(this._inst, newBridge(this));
			wrapper.amphiwire = bridges.get(this._inst);
		}
		return wrapper;
	};
})();
