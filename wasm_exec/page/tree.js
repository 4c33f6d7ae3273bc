// The tree of files that a program sees: folders of the runner's machine, read
// when they are first looked at, under changes that stay in memory.

// failure is an error with a code that Go's package syscall knows.
const failure = (code) => Object.assign(new Error(code), { code });

let inodes = 0;

// Entry is a file or, with dir, a folder.
class Entry {
	constructor(mode, dir) {
		this.ino = ++inodes;
		this.mode = mode & 0o777;
		this.mtime = Date.now();
		this.dir = dir ? new Map() : null; // name -> Entry, or null: there is none
		this.data = new Uint8Array(0); // longer than the file while it grows
		this.size = 0;
		this.remote = null; // where the rest of it comes from
		this.written = !dir;
	}

	bytes() {
		return this.data.subarray(0, this.size);
	}

	resize(size) {
		if (size > this.data.length) {
			const data = new Uint8Array(Math.max(size, 2 * this.data.length));
			data.set(this.bytes());
			this.data = data;
		} else if (size < this.size) {
			this.data.fill(0, size, this.size); // what grows again is zero
		}
		this.size = size;
		this.changed();
	}

	write(bytes, at) {
		if (at + bytes.length > this.size) this.resize(at + bytes.length);
		this.data.set(bytes, at);
		this.changed();
	}

	changed() {
		this.mtime = Date.now();
		this.written = true;
	}
}

// Tree finds entries by clean absolute path. remote.info(path) resolves to
// what is known of a file, or null; remote.names(path) to the names in a
// folder; remote.data(path) to a file's bytes.
class Tree {
	constructor(remote) {
		this.remote = remote;
		this.root = new Entry(0o755, true);
	}

	// make creates a folder and those above it where they are missing.
	async make(path, mode = 0o755) {
		let entry = this.root, at = "";
		for (const name of names(path)) {
			at += "/" + name;
			let child = await this.child(entry, name);
			if (!child) entry.dir.set(name, child = new Entry(mode, true));
			entry = child;
		}
		return entry;
	}

	// mount makes path show the runner's folder of that path.
	async mount(path) {
		(await this.make(path)).remote ??= path;
	}

	// child resolves to the entry of that name in a folder, or null.
	async child(entry, name) {
		if (!entry.dir) throw failure("ENOTDIR");
		if (!entry.dir.has(name)) {
			// The promise is kept, so that a file is one entry however many ask.
			entry.dir.set(name, entry.remote === null ? null : this.load(join(entry.remote, name)));
		}
		return entry.dir.get(name);
	}

	async load(path) {
		const info = await this.remote.info(path);
		if (!info) return null;
		const entry = new Entry(info.mode, info.dir);
		return Object.assign(entry, { size: info.size, mtime: info.mtime, remote: path, written: false });
	}

	// find resolves to the entry at path, or null.
	async find(path) {
		let entry = this.root;
		for (const name of names(path)) {
			entry = await this.child(entry, name);
			if (!entry) return null;
		}
		return entry;
	}

	// get is find for what must be there.
	async get(path) {
		const entry = await this.find(path);
		if (!entry) throw failure("ENOENT");
		return entry;
	}

	// place resolves to the folder that holds path, and the name in it.
	async place(path) {
		const all = names(path);
		const name = all.pop();
		if (name === undefined) throw failure("EINVAL"); // the root has no place
		const entry = await this.get("/" + all.join("/"));
		if (!entry.dir) throw failure("ENOTDIR");
		return { entry, name };
	}

	// fill reads a file of the runner's machine into memory.
	async fill(entry) {
		if (entry.remote === null || entry.dir) return;
		const data = await this.remote.data(entry.remote);
		if (entry.remote === null) return; // someone else was faster
		Object.assign(entry, { data, size: data.length, remote: null });
	}

	// list resolves to the names in a folder.
	async list(entry) {
		if (!entry.dir) throw failure("ENOTDIR");
		const found = new Set(entry.remote === null ? [] : await this.remote.names(entry.remote));
		for (const [name, child] of entry.dir) {
			if (await child) found.add(name);
			else found.delete(name);
		}
		return [...found].sort();
	}

	// written yields path and entry of every file below path that the program
	// wrote.
	async *written(path) {
		const entry = await this.find(path).catch(() => null);
		if (entry?.dir) {
			for (const name of entry.dir.keys()) yield* this.written(join(path, name));
		} else if (entry?.written) {
			yield [path, entry];
		}
	}
}

const names = (path) => path.split("/").filter((name) => name !== "");
const join = (dir, name) => (dir === "/" ? "" : dir) + "/" + name;

// resolve returns path, as seen from the folder cwd, clean and absolute.
const resolve = (cwd, path) => {
	const clean = [];
	for (const name of names(path.startsWith("/") ? path : cwd + "/" + path)) {
		if (name === "..") clean.pop();
		else if (name !== ".") clean.push(name);
	}
	return "/" + clean.join("/");
};
