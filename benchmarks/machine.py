"""On what it was measured."""

import datetime as dt
import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("pyramid", "cornice", "granian", "sqlalchemy", "psycopg", "redis", "hiredis", "orjson", "argon2-cffi")


def machine(postgresql_version, redis_version):
    """By name, as text."""
    return {
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
        "commit": _commit(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": postgresql_version,
        "SQLite": sqlite3.sqlite_version,
        "Redis": redis_version,
    } | {name: version(name) for name in PACKAGES}


def _processor():
    try:
        return re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))[1]
    except (OSError, TypeError):
        return platform.processor() or platform.machine()


def _commit():
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no clone"
