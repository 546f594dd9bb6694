"""Somebody who pastes all that a page shows, from its top to its end."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

from tests.docs.alike import assert_alike
from tests.docs.blocks import blocks
from tests.engines.binaries import missing

SHOWN = "localhost:8000"

SENTINEL = "-- end of block --"

# Blocks that aren't pasted: drawings, and what another test looks at.
LOOKED_AT = {"text", "ini"}


class Reader:
    """In `folder`, with a server on `port` where pages say 8000; `path` are the folders of the reader's programs."""

    def __init__(self, folder, port, path=(), environ=None):
        self._folder = folder
        self._ours = f"localhost:{port}"
        self._port = port
        self._environ = environ if environ is not None else dict(os.environ)
        self._environ["PATH"] = os.pathsep.join([*map(str, path), os.environ["PATH"]])
        self._printed = ""
        self._shell = subprocess.Popen(
            ["bash", "-eu", "-o", "pipefail"],
            cwd=folder,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._shell.stdin.close()
        # With whatever runs in the background.
        subprocess.run(["pkill", "-P", str(self._shell.pid)], check=False)
        self._shell.stdout.close()
        self._shell.wait(20)

    def read(self, page):
        for block in blocks(page):
            if block.language not in LOOKED_AT:
                getattr(self, f"_{block.language}")(block, block.text.replace(SHOWN, self._ours))

    def _sh(self, block, text):
        # A server is what a reader has in another terminal.
        text, servers = re.subn(r"^(moviecatalog serve .*)$", r"\1 >server.log 2>&1 &", text, flags=re.MULTILINE)
        self._printed = self._paste(block, text)
        if servers:
            self._wait_for_the_server(block)

    def _paste(self, block, text):
        self._shell.stdin.write(f"{text}\nprintf '\\n%s\\n' '{SENTINEL}'\n")
        self._shell.stdin.flush()
        printed = ""
        for line in self._shell.stdout:
            if line.strip() == SENTINEL:
                return printed
            printed += line
        raise AssertionError(f"{block} failed:\n{printed}")

    def _wait_for_the_server(self, block):
        deadline = time.monotonic() + 30
        answers = f"curl -fs http://{self._ours}/api/health/live/ >answer || true; cat answer"
        while "ok" not in self._paste(block, answers):
            log = (self._folder / "server.log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline, f"{block}: the server does not answer\n{log}"
            time.sleep(0.1)

    def _python(self, block, text):
        if block.title:
            self._write(block, text)
        else:
            self._printed = self._run(
                block, [shutil.which("python", path=self._environ["PATH"]) or sys.executable, "-"], text
            )

    def _javascript(self, block, text):
        node = shutil.which("node") or missing("there is no node: the system's packages bring it")
        self._printed = self._run(block, [node, "--input-type=module", "-"], text)

    def _run(self, block, command, text):
        done = subprocess.run(
            command, input=text, cwd=self._folder, env=self._environ, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{block} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def _write(self, block, text):
        path = self._folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _json(self, block, text):
        """What the block before printed, as its last JSON."""
        assert_alike(json.loads(text), last_document(self._printed), str(block))

    def _output(self, block, text):
        """What the block before printed, word by word but for white space."""
        assert text.split() == self._printed.split(), f"{block}: {self._printed}"


def last_document(printed):
    """Documents may follow each other without a line's end between them."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while start := re.search(r"[{\[]", printed[at:]):
        at += start.start()
        try:
            document, length = decoder.raw_decode(printed[at:])
        except json.JSONDecodeError:
            length = 1
        else:
            found.append(document)
        at += length
    assert found, f"there is no JSON in {printed!r}"
    return found[-1]
