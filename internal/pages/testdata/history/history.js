"use strict";
// Tells the test what happens, and does what it answers.
globalThis.report = async (what) => {
	const answer = await fetch("report", { method: "POST", body: what });
	const wanted = await answer.text();
	// Whoever goes on before a page has been loaded leaves no entry in the history.
	if (document.readyState !== "complete") await new Promise((ok) => addEventListener("load", ok));
	await new Promise((ok) => setTimeout(ok)); // the event is over
	if (wanted === "back") history.back();
	else if (wanted !== "") location.href = wanted;
};
