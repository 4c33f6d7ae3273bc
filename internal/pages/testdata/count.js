"use strict";
// Counts what a program leaves behind: event listeners of any target, and the
// JavaScript values that its Go side refers to.
(() => {
	let listeners = 0;
	const known = new WeakMap(); // target -> type and capture -> listener -> what was really added
	const { addEventListener, removeEventListener } = EventTarget.prototype;
	const captures = (options) => Boolean(typeof options === "object" && options !== null ? options.capture : options);
	const of = (target, type, options) => {
		if (!known.has(target)) known.set(target, new Map());
		const types = known.get(target), key = `${type} ${captures(options)}`;
		if (!types.has(key)) types.set(key, new Map());
		return types.get(key);
	};
	// In Node undici's WebSocket is JavaScript too, with listeners of its own.
	const counted = typeof require === "undefined" ? EventTarget.prototype : {};
	counted.addEventListener = function (type, listener, options) {
		const target = this ?? globalThis, added = of(target, type, options);
		if (listener === null || added.has(listener)) return;
		listeners++;
		const call = options?.once ? function (event) {
			if (added.delete(listener)) listeners--;
			return listener.call(this, event);
		} : listener;
		added.set(listener, call);
		addEventListener.call(target, type, call, options);
	};
	counted.removeEventListener = function (type, listener, options) {
		const target = this ?? globalThis, added = of(target, type, options);
		if (!added.has(listener)) return;
		listeners--;
		removeEventListener.call(target, type, added.get(listener), options);
		added.delete(listener);
	};
	const programs = [];
	globalThis.Go = class extends globalThis.Go {
		constructor() {
			super();
			programs.push(this);
		}
	};
	globalThis.liveThings = {
		listeners: () => listeners,
		values: () => programs.reduce((n, go) => n + (go._ids?.size ?? 0), 0),
	};
})();
