"""What the system tells of a process."""

import os
import time

from benchmarks.processes import cpu_seconds, own_megabytes, peak_megabytes, resident_megabytes


def test_cpu_time_grows_with_work_and_not_with_waiting():
    begun = cpu_seconds([os.getpid()])
    time.sleep(0.3)
    rested = cpu_seconds([os.getpid()])
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    worked = cpu_seconds([os.getpid()])
    assert rested - begun < 0.2
    assert worked - rested >= 0.25


def test_memory_is_less_without_what_others_share_and_most_at_its_peak():
    pid = os.getpid()
    assert 0 < own_megabytes(pid) <= resident_megabytes(pid) + 1
    assert resident_megabytes(pid) <= peak_megabytes(pid) + 1
