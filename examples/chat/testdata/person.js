"use strict";
// A person at the page. What she sees goes to the program's output, where the
// test reads it.
(() => {
	const tell = (text) => globalThis.fs.writeSync(1, new TextEncoder().encode(text + "\n"));
	const at = (id) => document.getElementById(id);

	const type = (text) => {
		at("text").value = text;
		at("form").requestSubmit();
	};
	// What she does in each state; the test may restart the server when she has
	// written what is to be sent later.
	let visits = 0;
	const act = () => {
		const state = at("status").dataset.state;
		tell(`state ${state}: ${at("status").textContent}`);
		if (state === "connected" && ++visits === 1) type("hello");
		if (state === "reconnecting") {
			type("one, while it is down");
			type("two <b>not bold</b>");
			tell(`typed; the box holds ${JSON.stringify(at("text").value)}`);
		}
	};
	const begin = () => {
		tell("loaded");
		new MutationObserver(act).observe(at("status"), { childList: true });
		new MutationObserver((changes) => {
			for (const item of changes.flatMap((change) => [...change.addedNodes])) {
				tell(`${item.className}: ${item.textContent}`);
				if (item.textContent.endsWith("goodbye")) type("/quit");
			}
		}).observe(at("said"), { childList: true });
	};
	if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
	else begin();
})();
