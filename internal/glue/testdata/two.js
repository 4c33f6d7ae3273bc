// Runs a second program beside the one that the runner starts. AMPHIWIRE_URL is
// in the first one's arguments, as are the names that they go by.
"use strict";
(() => {
	const fetchProgram = () => typeof window === "object"
		? fetch("/main.wasm").then((answer) => answer.arrayBuffer())
		: globalThis.fs.promises.readFile(JSON.parse(globalThis.process.argv[2]).wasm);
	const run = Go.prototype.run;
	Go.prototype.run = async function (instance) {
		Go.prototype.run = run;
		const other = new Go();
		other.argv = [this.argv[0], this.argv[1], "second"];
		const codes = [];
		const exit = this.exit;
		this.exit = other.exit = (code) => { codes.push(code); };
		const second = await WebAssembly.instantiate(await fetchProgram(), other.importObject);
		await Promise.all([run.call(this, instance), run.call(other, second.instance)]);
		exit(Math.max(...codes));
	};
})();
