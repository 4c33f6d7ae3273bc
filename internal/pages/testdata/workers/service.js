"use strict";
importScripts("program.js" + location.search);
// A service worker is kept alive while an event of its own waits for something.
addEventListener("message", (event) => {
	event.waitUntil(runProgram().catch(String).then((text) => event.source.postMessage(text)));
});
