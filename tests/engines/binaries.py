"""Where the servers are that tests start: in wheels that the project's dev extra brings, or on the PATH."""

import importlib.util
import os
import shutil
import socket
from pathlib import Path

import pytest


def find(name, package=None, *folders):
    """The path of a program inside an installed package, if one brings it; else on the PATH.

    Where there is none the test is skipped; in CI, which installs what tests need, it fails.
    """
    spec = importlib.util.find_spec(package) if package else None
    if spec and spec.origin:
        for folder in folders:
            path = Path(spec.origin).parent / folder / name
            if path.exists():
                return str(path)
    # Where administrators have theirs, which are not on everybody's path.
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        missing(f"there is no {name}: pip install -e '.[dev]' brings one, or the system's packages do")
    return found


def missing(reason):
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
