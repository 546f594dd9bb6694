"""The wheel and the sdist of the tree as it is, from a clean copy."""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

MADE = (
    "__pycache__",
    "*.pyc",
    "*.egg-info",
    "*.sqlite*",
    ".venv",
    ".git",
    ".*_cache",
    "build",
    "dist",
    "site",
    ".secret",
)
"""What a tree holds besides, where it is no clone that git could tell it of."""


class Distributions:
    """Built by the first process that asks, into `folder`; the wheel from the sdist, as an installer would."""

    def __init__(self, folder):
        self._folder = folder / "distributions"
        with (folder / "distributions.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._folder.exists():
                self._build()
        (self.wheel,) = self._folder.glob("*.whl")
        (self.sdist,) = self._folder.glob("*.tar.gz")

    def _build(self):
        copy, made = self._folder.with_name("tree"), self._folder.with_name("made")
        copy_tree(copy)
        command = [sys.executable, "-m", "build", "--outdir", str(made), str(copy)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        # What could be missing from the wheel, setuptools only warns of.
        assert "ackage would be ignored" not in done.stdout + done.stderr
        made.rename(self._folder)


def copy_tree(target):
    """Of a clone, what git holds and what could be added to it; of anything else, all that wasn't made from it."""
    if not (ROOT / ".git").exists():
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*MADE))
        return
    for path in files_in_git():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target / path)


def files_in_git():
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(path for path in listed.split("\0") if path and (ROOT / path).is_file())
