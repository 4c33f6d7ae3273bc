// The WebSocket client of the npm package ws. Each line of the input is a job,
// and each line of the output says how one went; the package comment lists the
// steps of a job. Payloads are files in the folder that the argument names.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const WebSocket = require('ws');

const payload = (name) => fs.readFileSync(path.join(process.argv[2], name));

// Inbox turns events into what a step can wait for. What ends the connection
// ends the wait, too.
class Inbox {
  constructor(ws) {
    this.items = [];
    this.wake = () => {};
    const put = (item) => { this.items.push(item); this.wake(); };
    ws.on('message', (data, binary) => put({ kind: 'message', data, binary }));
    ws.on('pong', (data) => put({ kind: 'pong', data }));
    ws.on('close', (code, reason) => put({ kind: 'close', code, reason: reason.toString() }));
  }

  async next(kind) {
    while (this.items.length === 0) await new Promise((resolve) => { this.wake = resolve; });
    const item = this.items.shift();
    if (item.kind !== kind) throw new Error(`${item.kind} ${item.code || ''} where a ${kind} was expected`);
    return item;
  }
}

function send(ws, data, binary, fragments) {
  const size = Math.ceil(data.length / fragments);
  for (let i = 0; i < fragments; i++) {
    ws.send(data.subarray(i * size, (i + 1) * size), { binary, fin: i === fragments - 1 });
  }
}

const steps = {
  async echo({ ws, inbox }, name, fragments) {
    const data = payload(name);
    const binary = name.startsWith('binary');
    send(ws, data, binary, fragments);
    const got = await inbox.next('message');
    if (got.binary !== binary) throw new Error(`${name} came back with another type`);
    if (!got.data.equals(data)) throw new Error(`${name} came back as ${got.data.length} other bytes`);
  },
  async receive({ inbox, result }) {
    result.texts.push((await inbox.next('message')).data.toString());
  },
  async ping({ ws, inbox }, data) {
    ws.ping(data);
    const got = await inbox.next('pong');
    if (got.data.toString() !== data) throw new Error(`the pong holds ${got.data}`);
  },
  send({ ws }, name) {
    send(ws, payload(name), name.startsWith('binary'), 1);
  },
  close({ ws }, code, reason) {
    if (code) ws.close(code, reason); else ws.close();
  },
  async closed({ inbox, result }) {
    const { code, reason } = await inbox.next('close');
    Object.assign(result, { code, reason });
  },
};

function connect(job, result) {
  const ws = new WebSocket(job.url, job.protocols, {
    perMessageDeflate: job.deflate && { threshold: 0, ...job.deflate },
    maxPayload: 64 << 20,
    ca: job.ca && fs.readFileSync(job.ca),
  });
  const inbox = new Inbox(ws);
  return new Promise((resolve, reject) => {
    ws.on('upgrade', (res) => { result.extensions = res.headers['sec-websocket-extensions'] || ''; });
    ws.on('unexpected-response', (req, res) => {
      result.status = res.statusCode;
      req.destroy();
      resolve(null);
    });
    ws.on('error', reject);
    ws.on('open', () => {
      result.protocol = ws.protocol;
      resolve({ ws, inbox, result });
    });
  });
}

async function run(job) {
  const result = { texts: [] };
  let conn = null;
  try {
    conn = await connect(job, result);
    for (const [step, ...args] of conn ? job.steps : []) await steps[step](conn, ...args);
  } catch (err) {
    result.error = err.message;
  }
  conn?.ws.terminate();
  return result;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await run(JSON.parse(line))));
  }
})();
