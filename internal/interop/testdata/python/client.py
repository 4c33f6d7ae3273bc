"""The WebSocket client of python3-websockets.

Each line of the input is a job, and each line of the output says how one went;
the package comment of the tests lists the steps of a job. Payloads are files
in the folder that the argument names.
"""

import asyncio
import json
import pathlib
import ssl
import sys

import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatusCode
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Close

MAX_SIZE = 64 << 20

# The options of a job are named as those of the other client are.
DEFLATE = {
    "serverNoContextTakeover": "server_no_context_takeover",
    "clientNoContextTakeover": "client_no_context_takeover",
    "serverMaxWindowBits": "server_max_window_bits",
    "clientMaxWindowBits": "client_max_window_bits",
}


def payload(name):
    data = pathlib.Path(sys.argv[1], name).read_bytes()
    return data if name.startswith("binary") else data.decode()


class Failed(Exception):
    pass


async def echo(ws, result, name, fragments):
    data = payload(name)
    if fragments == 1:
        await ws.send(data)
    else:
        size = -(-len(data) // fragments)
        await ws.send([data[i * size : (i + 1) * size] for i in range(fragments)])
    got = await ws.recv()
    if got != data:
        raise Failed(f"{name} came back as {len(got)} other {type(got).__name__}")


async def receive(ws, result):
    result["texts"].append(await ws.recv())


async def ping(ws, result, data):
    await (await ws.ping(data))


async def send(ws, result, name):
    await ws.send(payload(name))


async def close(ws, result, code, reason):
    if code:
        await ws.close(code, reason)
    else:
        await ws.write_close_frame(Close(1005, ""), b"")


async def closed(ws, result):
    await ws.wait_closed()
    result["code"], result["reason"] = ws.close_code, ws.close_reason


STEPS = {f.__name__: f for f in (echo, receive, ping, send, close, closed)}


def connect(job):
    deflate = job.get("deflate")
    # No list at all: of an empty one the library makes an empty header field.
    extensions = None if deflate is None else [ClientPerMessageDeflateFactory(**{DEFLATE[k]: v for k, v in deflate.items()})]
    trust = {"ssl": ssl.create_default_context(cafile=job["ca"])} if job.get("ca") else {}
    return websockets.connect(
        job["url"], subprotocols=job.get("protocols"), extensions=extensions, compression=None,
        max_size=MAX_SIZE, ping_interval=None, close_timeout=2, **trust,
    )


async def run(job):
    result = {"texts": []}
    try:
        async with connect(job) as ws:
            result["protocol"] = ws.subprotocol or ""
            result["extensions"] = ws.response_headers.get("Sec-WebSocket-Extensions", "")
            for step, *args in job["steps"]:
                await STEPS[step](ws, result, *args)
    except InvalidStatusCode as err:
        result["status"] = err.status_code
    except (Failed, ConnectionClosed, OSError, websockets.WebSocketException) as err:
        result["error"] = f"{type(err).__name__}: {err}"
    return result


async def main():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await run(json.loads(line))), flush=True)


asyncio.run(main())
