// The globals fs, path and process, as Go's package syscall uses them.

// The flags of open(2) on Linux; Go translates its own to whatever we name.
const O = { RDONLY: 0, WRONLY: 1, RDWR: 2, CREAT: 0o100, EXCL: 0o200, TRUNC: 0o1000, APPEND: 0o2000, DIRECTORY: 0o200000 };

// stat describes an entry as Node would. Times are all the one that is known.
const stat = (entry) => ({
	dev: 1, ino: entry.ino, nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096, blocks: Math.ceil(entry.size / 512),
	mode: entry.mode | (entry.dir ? 0o040000 : 0o100000),
	size: entry.size, atimeMs: entry.mtime, mtimeMs: entry.mtime, ctimeMs: entry.mtime,
	isDirectory: () => entry.dir !== null,
});

// fileOperations are the operations of fs without their callbacks.
const fileOperations = (tree, state) => {
	const open = new Map(); // file descriptor -> {entry, position, append}
	let nextFD = 3;
	const abs = (path) => resolve(state.cwd, path);
	const file = (fd) => open.get(fd) ?? (() => { throw failure("EBADF"); })();

	// create makes an empty file where there is nothing.
	const create = async (path, mode) => {
		const { entry, name } = await tree.place(path);
		const made = new Entry(mode, false);
		entry.dir.set(name, made);
		return made;
	};
	// remove notes that there is nothing, even where the runner has a file.
	const remove = async (path, check) => {
		const { entry, name } = await tree.place(path);
		await check(await tree.get(path));
		entry.dir.set(name, null);
	};
	const empty = async (entry) => {
		if ((await tree.list(entry)).length > 0) throw failure("ENOTEMPTY");
	};
	const truncate = async (entry, size) => {
		if (entry.dir) throw failure("EISDIR");
		await tree.fill(entry);
		entry.resize(size);
	};
	const touch = (entry, change) => { Object.assign(entry, change); };

	return {
		// A file that is open stays what it is, whatever happens to its name.
		async open(path, flags, mode) {
			path = abs(path);
			let entry = await tree.find(path);
			if (entry && flags & O.CREAT && flags & O.EXCL) throw failure("EEXIST");
			if (!entry && !(flags & O.CREAT)) throw failure("ENOENT");
			entry ??= await create(path, mode);
			if (entry.dir && flags & (O.WRONLY | O.RDWR)) throw failure("EISDIR");
			if (!entry.dir && flags & O.DIRECTORY) throw failure("ENOTDIR");
			await tree.fill(entry);
			if (flags & O.TRUNC) entry.resize(0);
			open.set(nextFD, { entry, position: 0, flags });
			return nextFD++;
		},
		close(fd) {
			file(fd);
			open.delete(fd);
		},
		read(fd, buffer, offset, length, position) {
			if (fd === 0) return 0; // nobody types
			const f = file(fd);
			if (f.entry.dir) throw failure("EISDIR");
			const from = position ?? f.position;
			const bytes = f.entry.bytes().subarray(from, from + length);
			buffer.set(bytes, offset);
			if (position === null) f.position = from + bytes.length;
			return bytes.length;
		},
		write(fd, buffer, offset, length, position) {
			const f = file(fd);
			if (!(f.flags & (O.WRONLY | O.RDWR))) throw failure("EBADF");
			const at = f.flags & O.APPEND ? f.entry.size : position ?? f.position;
			f.entry.write(buffer.subarray(offset, offset + length), at);
			if (position === null) f.position = at + length;
			return length;
		},
		fstat: (fd) => stat(fd < 3 ? new Entry(0o600, false) : file(fd).entry),
		stat: async (path) => stat(await tree.get(abs(path))),
		lstat: async (path) => stat(await tree.get(abs(path))),
		readdir: async (path) => tree.list(await tree.get(abs(path))),
		async mkdir(path, mode) {
			const { entry, name } = await tree.place(abs(path));
			if (await tree.child(entry, name)) throw failure("EEXIST");
			entry.dir.set(name, new Entry(mode, true));
		},
		unlink: (path) => remove(abs(path), (entry) => {
			if (entry.dir) throw failure("EISDIR");
		}),
		rmdir: (path) => remove(abs(path), empty),
		// A rename replaces what is there, as POSIX has it, if it is alike.
		async rename(from, to) {
			from = abs(from);
			to = abs(to);
			const source = await tree.get(from), target = await tree.find(to);
			if (source === target) return;
			if (to.startsWith(from + "/")) throw failure("EINVAL"); // into itself
			if (source.dir && source.remote !== null) throw failure("EACCES"); // its content is not ours to move
			if (target?.dir && !source.dir) throw failure("EISDIR");
			if (target && !target.dir && source.dir) throw failure("ENOTDIR");
			if (target?.dir) await empty(target);
			await tree.fill(source);
			const old = await tree.place(from), place = await tree.place(to);
			old.entry.dir.set(old.name, null);
			place.entry.dir.set(place.name, source);
			source.written = !source.dir;
		},
		truncate: async (path, size) => truncate(await tree.get(abs(path)), size),
		ftruncate: (fd, size) => truncate(file(fd).entry, size),
		chmod: async (path, mode) => touch(await tree.get(abs(path)), { mode: mode & 0o777 }),
		fchmod: (fd, mode) => touch(file(fd).entry, { mode: mode & 0o777 }),
		utimes: async (path, atime, mtime) => touch(await tree.get(abs(path)), { mtime: mtime * 1000 }),
		fsync() {}, // memory is as safe as it gets
		chown() { throw failure("ENOSYS"); },
		fchown() { throw failure("ENOSYS"); },
		lchown() { throw failure("ENOSYS"); },
		link() { throw failure("ENOSYS"); },
		symlink() { throw failure("ENOSYS"); },
		readlink() { throw failure("EINVAL"); }, // as for what is no link
	};
};

// installFiles defines the globals. Descriptors 1 and 2 go to output.
const installFiles = (tree, cwd, output) => {
	const state = { cwd };
	const fs = {
		constants: Object.fromEntries(Object.entries(O).map(([name, value]) => ["O_" + name, value])),
		// The runtime's own writes, such as a panic's, cannot wait.
		writeSync(fd, bytes) {
			output.write(fd, bytes.slice());
			return bytes.length;
		},
	};
	const operations = fileOperations(tree, state);
	for (const [name, operation] of Object.entries(operations)) {
		fs[name] = (...args) => {
			const done = args.pop();
			const failed = (err) => done(err.code ? err : Object.assign(err, { code: "EIO" }));
			new Promise((ok) => ok(operation(...args))).then((value) => done(null, value), failed);
		};
	}
	const writeFile = fs.write;
	fs.write = (fd, buffer, offset, length, position, done) => {
		if (fd !== 1 && fd !== 2) return writeFile(fd, buffer, offset, length, position, done);
		output.write(fd, buffer.slice(offset, offset + length));
		output.whenRoom(() => done(null, length));
	};
	globalThis.fs = fs;
	globalThis.path = { resolve: (...parts) => parts.reduce(resolve, state.cwd) };
	globalThis.process = {
		pid: 1, ppid: 0, umask: () => 0o022,
		getuid: () => 0, geteuid: () => 0, getgid: () => 0, getegid: () => 0, getgroups: () => [],
		cwd: () => state.cwd,
		// Go wants the answer at once, before anyone could look whether it exists.
		chdir(path) { state.cwd = resolve(state.cwd, path); },
	};
};
