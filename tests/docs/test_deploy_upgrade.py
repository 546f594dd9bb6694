"""docs/deploy/upgrade.md: to a new version, and back again."""

import shutil
import zipfile

import pytest

from tests.docs.blocks import blocks
from tests.docs.machine import PRODUCTION, bare_machine
from tests.engines.binaries import missing
from tests.engines.command import wait_for

NEW, COMPARED, BACK = blocks("docs/deploy/upgrade.md")
BACKUP = blocks("docs/deploy/backup.md")[0]


@pytest.fixture
def machine(tmp_path, distributions):
    if shutil.which("sqlite3") is None:
        missing("there is no sqlite3: the system's packages bring one")
    with bare_machine(tmp_path, distributions.wheel) as machine:
        make_environment(machine)
        machine.install()
        # The database of the old version; the block's restart is the first start.
        machine.path("/var/lib/moviecatalog").mkdir()
        machine.adapt()
        machine.paste("/usr/local/sbin/moviecatalog migrate /etc/moviecatalog/production.ini")
        yield machine


def make_environment(machine):
    """As production.md does, but with the tests' own pip: to make one takes a while."""
    create, install = blocks(PRODUCTION)[0].text.splitlines()
    machine.paste(create.replace("-m venv", "-m venv --without-pip"))
    pip = machine.path("/opt/moviecatalog/bin/pip")
    pip.write_text(f'#!/bin/sh\nexec {pip.with_name("python")} -m pip "$@"\n')
    pip.chmod(0o755)
    machine.paste(install)


def as_version(version, wheel, folder):
    """The same wheel as if it were of another version."""
    _, old, rest = wheel.name.split("-", 2)
    target = folder / f"moviecatalog-{version}-{rest}"
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name).replace(f"\nVersion: {old}\n".encode(), f"\nVersion: {version}\n".encode())
            if name.endswith("/RECORD"):
                content = content.replace(f"moviecatalog-{old}.".encode(), f"moviecatalog-{version}.".encode())
            made.writestr(name.replace(f"moviecatalog-{old}.", f"moviecatalog-{version}."), content)


def test_a_new_version_takes_the_place_of_the_old_one_and_that_one_can_come_back(machine, distributions):
    (machine.home / "dist").rename(machine.home / "old")
    (machine.home / "dist").mkdir()
    as_version("99.0", distributions.wheel, machine.home / "dist")
    machine.paste(BACKUP.text)
    assert machine.paste(NEW.text).splitlines()[-1] == "moviecatalog, version 99.0"
    wait_for(machine.port)
    # Of the copy that was made for this machine, the paths.
    assert "/var/lib/moviecatalog" in machine.paste(COMPARED.text)

    kept = machine.path("/var/lib/moviecatalog/moviecatalog.sqlite")
    before = machine.path("/var/backups/moviecatalog.sqlite").read_bytes()
    machine.paste(BACK.text)
    version = machine.paste("/opt/moviecatalog/bin/moviecatalog --version")
    assert version == f"moviecatalog, version {distributions.wheel.name.split('-')[1]}\n"
    wait_for(machine.port)
    assert kept.stat().st_size == len(before)
    assert {code for _, code in machine.orders} == {0}
