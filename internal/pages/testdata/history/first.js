"use strict";
addEventListener("pageshow", (event) => {
	if (event.persisted) report("shown again"); // a page that is loaded anew is not
});
const go = new Go();
go.argv = ["resident", new URLSearchParams(location.search).get("url"), "stay"];
WebAssembly.instantiateStreaming(fetch("resident.wasm"), go.importObject).then(({ instance }) => go.run(instance));
