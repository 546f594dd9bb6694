"""What processes take of the machine, by what Linux tells of them."""

import os
import re
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids):
    """All together, since they began."""
    return sum(_ticks(pid) for pid in pids) / TICKS


def _ticks(pid):
    # After the name of the program, which may hold anything: time in user mode and in the system's.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def resident_megabytes(pid):
    return _kilobytes("status", pid, "VmRSS") / 1024


def peak_megabytes(pid):
    """At most, so far."""
    return _kilobytes("status", pid, "VmHWM") / 1024


def own_megabytes(pid):
    """With its share only of what several processes have in common."""
    return _kilobytes("smaps_rollup", pid, "Pss") / 1024


def _kilobytes(file, pid, name):
    text = Path(f"/proc/{pid}/{file}").read_text(encoding="utf-8")
    return int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1])
