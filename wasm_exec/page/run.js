// The run itself: in the page or, with -worker, in a Worker that the page
// starts with this same script.

const inWorker = typeof document === "undefined";
// The address that the browser was started with has the token that guards the
// runner's endpoints.
const parameters = new URLSearchParams(location.search);
const token = parameters.get("wasm_exec");
const address = (name, query = {}) => `/wasm_exec/run/${token}/${name}?${new URLSearchParams(query)}`;
const post = (name, query, body) => fetch(address(name, query), { method: "POST", body });

// remoteFiles is how a Tree reads the runner's files.
const remoteFiles = {
	async fetch(method, path) {
		const answer = await fetch(address("file", { path }), { method });
		if (answer.ok || answer.status === 404) return answer;
		throw failure(answer.status === 403 ? "EACCES" : "EIO");
	},
	async info(path) {
		const answer = await this.fetch("HEAD", path);
		const number = (name) => Number(answer.headers.get(name));
		return answer.ok ? { dir: answer.headers.has("X-Dir"), mode: number("X-Mode"), mtime: number("X-Mtime"), size: number("X-Size") } : null;
	},
	async names(path) {
		const answer = await this.fetch("GET", path);
		return answer.ok ? answer.json() : [];
	},
	async data(path) {
		const answer = await this.fetch("GET", path);
		if (!answer.ok) throw failure("ENOENT");
		return new Uint8Array(await answer.arrayBuffer());
	},
};

// newTree makes the program's file system: the runner's folders, a place for
// temporary files, and the folders of the outputs, which it expects to exist.
const newTree = async (config) => {
	const tree = new Tree(remoteFiles);
	// The outer folder first: what lies in it is there already.
	for (const path of config.mounts.sort((a, b) => a.length - b.length)) await tree.mount(path);
	await tree.make(config.tmp, 0o777);
	for (const path of config.outputs.dirs) await tree.make(path);
	for (const path of config.outputs.files) await tree.make(path.slice(0, path.lastIndexOf("/")));
	return tree;
};

// saveOutputs sends what the program wrote where its flags said.
const saveOutputs = async (tree, outputs) => {
	for (const path of [...outputs.files, ...outputs.dirs]) {
		for await (const [name, entry] of tree.written(path)) await post("file", { path: name }, entry.bytes());
	}
};

// loadScript loads a file; code in strings would break strict policies.
const loadScript = (src) => {
	if (inWorker) return importScripts(src);
	return new Promise((ok, failed) => {
		const script = document.createElement("script");
		Object.assign(script, { src, onload: ok, onerror: () => failed(new Error("cannot load " + src)) });
		document.head.append(script);
	});
};

// watchRequests holds the request by which the runner knows that this page
// lives, and can ask it for goroutine stacks: an event whose id is no number
// makes Go panic and, with GOTRACEBACK=all, print every goroutine.
const watchRequests = async (go) => {
	const reader = (await fetch(address("alive"))).body.getReader();
	for (;;) {
		const { value, done } = await reader.read();
		if (done) return;
		if (value.length > 0 && go.exited === false) {
			go._pendingEvent = { id: "stacks wanted" };
			go._resume();
		}
	}
};

// runProgram runs the program and reports its end: output first, then files,
// then the exit code, upon which the runner ends this page.
const runProgram = async (config, write, output) => {
	const tree = await newTree(config);
	let over = false;
	const end = async (code) => {
		if (over) return;
		over = true;
		await output.flush();
		await saveOutputs(tree, config.outputs);
		await output.flush(); // of what saving may have said
		await post("exit", { code });
	};
	let go, code = 0;
	const fail = (err) => {
		// Events that come after the program's end call into nothing.
		if (over || go?.exited) return;
		write(2, new TextEncoder().encode("wasm_exec: uncaught: " + consoleText([err]) + "\n"));
		end(1);
	};
	addEventListener("error", (event) => {
		fail(event.error ?? event.message);
		if (inWorker) event.preventDefault(); // or the page hears of it as well
	});
	addEventListener("unhandledrejection", (event) => fail(event.reason));

	installFiles(tree, config.cwd, { ...output, write });
	if (typeof Go === "undefined") await loadScript("/wasm_exec.js");
	if (!config.plain && !Go.amphiwire) await loadScript("/amphiwire.js");
	for (let n = 0; n < config.scripts; n++) await loadScript("/wasm_exec/script/" + n);
	go = new Go();
	Object.assign(go, { argv: config.argv, env: config.env, exit: (c) => { code = c; } });
	watchRequests(go).catch(() => {}); // the runner has gone
	try {
		const { instance } = await WebAssembly.instantiateStreaming(fetch("/main.wasm"), go.importObject);
		await go.run(instance);
	} catch (err) {
		return fail(err);
	}
	await end(code);
};

// startWorker runs this script in a Worker. The page shows its output.
const startWorker = (show) => {
	const worker = new Worker("/wasm_exec/host.js" + location.search);
	worker.onmessage = ({ data: { fd, bytes } }) => show(fd, bytes);
	worker.onerror = async (event) => {
		await post("out", { fd: 2 }, `wasm_exec: worker: ${event.message ?? "cannot be loaded"}\n`);
		await post("exit", { code: 1 });
	};
};

// main fetches the configuration, without which nothing is known.
const main = async () => {
	const answer = await fetch(address("config"));
	if (!answer.ok) throw new Error("wasm_exec: open the address that it printed, with all that is behind the ?");
	const config = await answer.json();
	const show = inWorker ? (fd, bytes) => postMessage({ fd, bytes }) : newScreen();
	if (config.worker && !inWorker) return startWorker(show);
	const output = newOutput((fd, blob) => post("out", { fd }, blob));
	const write = (fd, bytes) => {
		show(fd, bytes);
		output.write(fd, bytes);
	};
	captureConsole(write);
	await runProgram(config, write, output);
};

// An image that does not arrive keeps the page from being complete.
if (!inWorker && parameters.has("hold")) new Image().src = address("end");
globalThis.wasmExec = true; // for pages that run their program elsewhere, too
if (inWorker || document.readyState !== "loading") main();
else addEventListener("DOMContentLoaded", main);
