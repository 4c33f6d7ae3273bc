// The WebSocket server of the npm package ws. The query of a request says what
// becomes of it; the package comment lists the routes.
'use strict';

const http = require('node:http');
const { WebSocketServer } = require('ws');

const maxPayload = 64 << 20;
const reports = new Map();

// A report can be asked for before its connection has ended.
function report(id) {
  if (!reports.has(id)) {
    const r = {};
    r.ended = new Promise((resolve) => { r.end = resolve; });
    reports.set(id, r);
  }
  return reports.get(id);
}

// deflate makes the option perMessageDeflate. Every message is compressed, for
// ws sends those below its threshold as they are.
function deflate(q) {
  if (!q.has('deflate')) return false;
  const options = { threshold: 0 };
  // An option that is false refuses every client that asks for it.
  if (q.has('serverNoTakeover')) options.serverNoContextTakeover = true;
  if (q.has('clientNoTakeover')) options.clientNoContextTakeover = true;
  if (q.has('serverBits')) options.serverMaxWindowBits = Number(q.get('serverBits'));
  if (q.has('clientBits')) options.clientMaxWindowBits = Number(q.get('clientBits'));
  return options;
}

// endpoint is a server for one connection: ws has its options per server.
function endpoint(q) {
  const supported = (q.get('protocols') || '').split(',');
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload,
    perMessageDeflate: deflate(q),
    handleProtocols: (offered) => supported.find((p) => offered.has(p)) || false,
    verifyClient: (_, answer) => q.has('status')
      ? answer(false, Number(q.get('status')), q.get('body'), { 'X-Refused': 'yes' })
      : answer(true),
  });
}

function echo(ws, q) {
  const fragment = Number(q.get('fragment'));
  ws.on('message', (data, binary) => {
    let at = 0;
    for (; fragment && at + fragment < data.length; at += fragment) {
      ws.send(data.subarray(at, at + fragment), { binary, fin: false });
    }
    ws.send(data.subarray(at), { binary });
  });
}

const routes = {
  '/echo': echo,
  '/close': (ws, q) => {
    const code = Number(q.get('code'));
    ws.on('message', () => (code ? ws.close(code, q.get('reason') || '') : ws.close()));
  },
  '/drop': (ws) => ws.on('message', () => ws.terminate()),
  '/ping': (ws, q) => {
    ws.on('pong', (payload) => ws.send(`pong ${payload}`));
    for (let i = 0; i < Number(q.get('n')); i++) ws.ping(`${q.get('payload')}${i}`);
  },
  '/pinged': (ws) => ws.on('ping', () => ws.send('ping')),
  '/send': (ws, q) => ws.send(Buffer.alloc(Number(q.get('size')))),
  '/burst': (ws, q) => {
    for (let i = 0; i < Number(q.get('n')); i++) ws.send(String(i));
    ws.close(1000);
  },
  '/report': async (ws, q) => {
    ws.send(JSON.stringify(await report(q.get('id')).ended));
    ws.close(1000);
  },
};

const server = http.createServer();
server.on('upgrade', (req, socket, head) => {
  const { pathname, searchParams: q } = new URL(req.url, 'ws://localhost');
  const wss = endpoint(q);
  let extensions = '';
  wss.on('headers', (lines) => {
    const name = 'sec-websocket-extensions: ';
    extensions = lines.find((l) => l.toLowerCase().startsWith(name))?.slice(name.length) || '';
  });
  wss.handleUpgrade(req, socket, head, (ws) => {
    ws.on('error', () => {}); // the report tells what became of it
    if (pathname !== '/report' && q.has('id')) {
      ws.on('close', (code, reason) => report(q.get('id')).end(
        { code, reason: reason.toString(), extensions, read: socket.bytesRead }));
    }
    routes[pathname](ws, q);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
