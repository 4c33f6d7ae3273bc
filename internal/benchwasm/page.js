// The JavaScript side of the benchmark: the plainest client that does what
// page/main.go does. The program that serves it puts the constants control and
// server before it.
"use strict";
(() => {
	// open resolves with an open WebSocket; each message goes to receive.
	const open = (url, receive) => new Promise((ok, failed) => {
		const socket = new WebSocket(url);
		socket.binaryType = "arraybuffer";
		socket.onopen = () => ok(socket);
		socket.onerror = () => failed(new Error("no connection"));
		socket.onmessage = (event) => receive(event, socket);
	});

	// burst measures from the dial to the last message.
	const burst = (type, size, n) => new Promise((ok, failed) => {
		const start = performance.now();
		let received = 0;
		open(`${server}/ws/burst?n=${n}&size=${size}&type=${type}&code=-3`, ({ data }, socket) => {
			if ((data.length ?? data.byteLength) !== size) return failed(new Error("message of another size"));
			if (++received < n) return;
			ok(performance.now() - start);
			socket.close();
		}).catch(failed);
	});

	// echo keeps as many messages on their way as window says.
	const echo = (type, size, window, n) => new Promise((ok, failed) => {
		const message = type === "text" ? "x".repeat(size) : new Uint8Array(size).fill(120);
		let sent = 0, received = 0, start = 0;
		open(`${server}/ws/echo`, ({ data }, socket) => {
			if ((data.length ?? data.byteLength) !== size) return failed(new Error("message of another size"));
			if (sent < n) {
				sent++;
				socket.send(message);
			}
			if (++received < n) return;
			ok(performance.now() - start);
			socket.close();
		}).then((socket) => {
			start = performance.now();
			for (; sent < window; sent++) socket.send(message);
		}).catch(failed);
	});

	const work = (order) => {
		const [kind, type, size, window, n] = order.split(" ");
		return kind === "burst" ? burst(type, Number(size), Number(n)) : echo(type, Number(size), Number(window), Number(n));
	};
	open(control + "?who=js", async ({ data }, socket) => {
		socket.send(await work(data).then((took) => took.toFixed(3), (err) => "error " + err.message));
	}).then((socket) => {
		socket.onclose = () => {};
	});
})();
