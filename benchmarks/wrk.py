"""The load: wrk, over connections that are kept alive."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass

CONNECTIONS = 16
THREADS = 2
TIMEOUT = 10
"""In seconds, for each request; one that takes longer has failed."""

TOLERATED = 0.01
"""As a share of requests that failed: on a crowded machine an answer may come too late for somebody."""

ERRORS = ("connect", "read", "write", "status", "timeout")

MISSING = "The load comes from wrk, which isn't here: apt-get install wrk, brew install wrk, or github.com/wg/wrk."

SCRIPT = """
wrk.method = {method}
wrk.body = {body}
for name, value in pairs({headers}) do wrk.headers[name] = value end
local paths, requests, turn = {paths}, {{}}, 0
wrk.path = paths[1]
if #paths > 1 then
    function init()
        for number, path in ipairs(paths) do requests[number] = wrk.format(nil, path) end
        turn = math.random(#paths)
    end
    function request()
        turn = turn % #requests + 1
        return requests[turn]
    end
end
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\\n{{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "connect": %d, "read": %d,'
        .. ' "write": %d, "status": %d, "timeout": %d}}',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect, errors.read, errors.write, errors.status, errors.timeout
    ))
end
"""


class Failed(Exception):
    """Too many requests that weren't answered, or not with 2xx."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a server, each path in its turn."""

    paths: tuple[str, ...]
    token: str | None = None
    method: str = "GET"
    body: str | None = None

    def headers(self):
        named = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return named | ({"Content-Type": "application/json"} if self.body else {})


@dataclass(frozen=True)
class Load:
    """What came of it; `p50` and `p99` in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self):
        """Requests a second."""
        return self.requests / self.seconds


def require():
    if shutil.which("wrk") is None:
        raise SystemExit(MISSING)


def load(port, asked, folder, seconds, connections=CONNECTIONS):
    """Raises Failed where too few answers were good ones."""
    script = folder / "wrk.lua"
    script.write_text(_script(asked), encoding="ascii")
    threads = min(THREADS, connections)
    options = [f"-t{threads}", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", f"{TIMEOUT}s", "-s", str(script)]
    done = subprocess.run(
        ["wrk", *options, f"http://127.0.0.1:{port}"],
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 2 * TIMEOUT,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    failed = {kind: found.pop(kind) for kind in ERRORS}
    if any(failed.values()):
        what = f"of {found['requests']} requests for {asked.paths[0]} failed: {failed}"
        if sum(failed.values()) > TOLERATED * found["requests"]:
            raise Failed(what)
        print(what, file=sys.stderr)
    return Load(**found)


def _script(asked):
    return SCRIPT.format(
        method=_lua(asked.method),
        body=_lua(asked.body),
        headers="{" + ", ".join(f"[{_lua(name)}] = {_lua(it)}" for name, it in asked.headers().items()) + "}",
        paths="{" + ", ".join(map(_lua, asked.paths)) + "}",
    )


def _lua(text):
    # For text of ASCII without control characters, which all of it is here, JSON's and Lua's quoting agree.
    return "nil" if text is None else json.dumps(text)
