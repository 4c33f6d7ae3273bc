"""The WebSocket server of python3-websockets.

The query of a request says what becomes of it; the package comment of the
tests lists the routes.
"""

import asyncio
import collections
import http
import json
import sys
import urllib.parse

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import OP_PING, Close
from websockets.legacy.server import WebSocketServerProtocol

MAX_SIZE = 64 << 20

# A report can be asked for before its connection has ended.
reports = collections.defaultdict(lambda: asyncio.get_running_loop().create_future())


def deflate(query):
    """Make the extension that the query asks for, if it asks for one."""
    if "deflate" not in query:
        return []
    bits = {
        name: int(query[key])
        for name, key in (("server_max_window_bits", "serverBits"), ("client_max_window_bits", "clientBits"))
        if key in query
    }
    return [ServerPerMessageDeflateFactory("serverNoTakeover" in query, "clientNoTakeover" in query, **bits)]


class Peer(WebSocketServerProtocol):
    """One connection; the library has these choices per server."""

    @property
    def query(self):
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query, keep_blank_values=True))

    async def process_request(self, path, headers):
        if "status" in self.query:
            return http.HTTPStatus(int(self.query["status"])), [("X-Refused", "yes")], self.query["body"].encode()
        return None

    def process_extensions(self, headers, _):
        return WebSocketServerProtocol.process_extensions(headers, deflate(self.query))

    def process_subprotocol(self, headers, _):
        return super().process_subprotocol(headers, self.query.get("protocols", "").split(","))

    def select_subprotocol(self, offered, supported):
        return next((p for p in supported if p in offered), None)

    def data_received(self, data):
        self.bytes_read = getattr(self, "bytes_read", 0) + len(data)
        super().data_received(data)

    async def read_frame(self, max_size):
        frame = await super().read_frame(max_size)
        if frame.opcode == OP_PING and self.path.startswith("/pinged"):
            await self.send("ping")
        return frame


async def echo(ws, query):
    fragment = int(query.get("fragment", 0))
    async for data in ws:
        if not fragment or len(data) <= fragment:
            await ws.send(data)
        else:
            await ws.send([data[i : i + fragment] for i in range(0, len(data), fragment)])


async def close(ws, query):
    await ws.recv()
    if query["code"] == "0":
        await ws.write_close_frame(Close(1005, ""), b"")
        await ws.wait_closed()
    else:
        await ws.close(int(query["code"]), query.get("reason", ""))


async def drop(ws, query):
    await ws.recv()
    ws.transport.abort()


async def ping(ws, query):
    for i in range(int(query["n"])):
        payload = query["payload"] + str(i)
        await (await ws.ping(payload))
        await ws.send("pong " + payload)
    await ws.wait_closed()


async def pinged(ws, query):
    await ws.wait_closed()


async def send(ws, query):
    await ws.send(bytes(int(query["size"])))
    await ws.wait_closed()


async def burst(ws, query):
    for i in range(int(query["n"])):
        await ws.send(str(i))


async def report(ws, query):
    await ws.send(json.dumps(await reports[query["id"]]))


async def serve(ws):
    query = ws.query
    route = urllib.parse.urlsplit(ws.path).path[1:]
    try:
        await ROUTES[route](ws, query)
    except websockets.ConnectionClosed:
        pass  # the report tells what became of it
    if route != "report" and "id" in query:
        await ws.wait_closed()
        reports[query["id"]].set_result({
            "code": ws.close_code,
            "reason": ws.close_reason,
            "extensions": ws.response_headers.get("Sec-WebSocket-Extensions", ""),
            "read": ws.bytes_read,
        })


ROUTES = {f.__name__: f for f in (echo, close, drop, ping, pinged, send, burst, report)}


async def main():
    # compression None: the library would add an extension of its own.
    async with websockets.serve(
        serve, "127.0.0.1", int(sys.argv[1]), create_protocol=Peer, compression=None,
        max_size=MAX_SIZE, ping_interval=None, close_timeout=2,
    ):
        await asyncio.Future()


asyncio.run(main())
