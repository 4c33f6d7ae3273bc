"use strict";
importScripts("program.js" + location.search);
const result = runProgram().catch(String);
addEventListener("connect", ({ ports: [port] }) => result.then((text) => port.postMessage(text)));
