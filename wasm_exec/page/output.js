"use strict";
// The parts of this script are joined by the runner and share one scope; this
// is the first.

// Above this many bytes on their way, a program that writes has to wait.
const outputLimit = 1 << 20;

// newOutput keeps the order of everything written to stdout and stderr: one
// request is on its way at a time, and pieces for the same stream that wait
// meanwhile become one. post(fd, blob) sends; what cannot be sent is lost,
// since then the runner has gone.
const newOutput = (post) => {
	const queue = [];
	let bytes = 0, busy = null, waiting = [];

	// next takes the pieces at the start of the queue that are for one stream.
	const next = () => {
		const fd = queue[0].fd;
		const end = queue.findIndex((piece) => piece.fd !== fd);
		return { fd, data: queue.splice(0, end < 0 ? queue.length : end).map((piece) => piece.data) };
	};
	// pump sends until the queue is empty; busy is its promise.
	const pump = async () => {
		while (queue.length > 0) {
			const { fd, data } = next();
			const blob = new Blob(data);
			await post(fd, blob).catch(() => {});
			bytes -= blob.size;
			if (bytes <= outputLimit) waiting.splice(0).forEach((go) => go());
		}
		busy = null;
	};
	return {
		// write takes data over: the caller must not change it any more.
		write(fd, data) {
			queue.push({ fd, data });
			bytes += data.length;
			busy ??= pump();
		},
		// whenRoom calls go, at once if there is room.
		whenRoom(go) {
			if (bytes <= outputLimit) go();
			else waiting.push(go);
		},
		// flush waits until everything has been sent.
		async flush() {
			while (busy) await busy;
		},
	};
};

// newScreen returns a function that shows text in the page's element for
// output, if it has one.
const newScreen = () => {
	const decoders = {};
	return (fd, bytes) => {
		const element = document.getElementById("wasm_exec-output");
		if (!element) return;
		decoders[fd] ??= new TextDecoder();
		element.append(decoders[fd].decode(bytes, { stream: true }));
	};
};

// consoleText is what the console would show for its arguments, nearly.
const consoleText = (args) => args.map((arg) => {
	if (arg instanceof Error) return arg.stack?.includes(arg.message) ? arg.stack : `${arg}\n${arg.stack ?? ""}`;
	if (typeof arg !== "object" || arg === null) return String(arg);
	try {
		return JSON.stringify(arg);
	} catch {
		return String(arg); // it refers to itself
	}
}).join(" ");

// captureConsole sends what scripts say on the console to stderr as well.
const captureConsole = (write) => {
	const encoder = new TextEncoder();
	for (const method of ["debug", "log", "info", "warn", "error"]) {
		const original = console[method].bind(console);
		console[method] = (...args) => {
			original(...args);
			write(2, encoder.encode(consoleText(args) + "\n"));
		};
	}
};
