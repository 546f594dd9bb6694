"""Whether an account exists must not show in how long a sign-in takes; with hashes as costly as real ones."""

import statistics
import time

import limits
import pytest

from moviecatalog.domain.errors import SignInFailed
from moviecatalog.plugins.storages.memory import MemoryStorage
from moviecatalog.security.passwords import Passwords
from moviecatalog.services.accounts import Accounts, Registration
from moviecatalog.services.counters import LocalCounters
from moviecatalog.services.password_check import PasswordCheck
from moviecatalog.services.throttle import Throttle
from moviecatalog.settings.core import AuthSettings

TRIES = 50


@pytest.fixture
def check():
    defaults = {field: AuthSettings.__dataclass_fields__[field].default for field in AuthSettings.__dataclass_fields__}
    passwords = Passwords(defaults["argon2_memory_kib"], defaults["argon2_time_cost"], defaults["argon2_parallelism"])
    storage = MemoryStorage()
    unlimited = Throttle(LocalCounters(), "unlimited", limits.parse("1000 per hour"), of=str)
    check = PasswordCheck(storage, passwords, unlimited)
    accounts = Accounts(storage, check, passwords, registrations=unlimited)
    for name in ("known", "inactive"):
        accounts.create(Registration(username=name, email=f"{name}@example.com", password="correct horse battery"))
    accounts.set_active("inactive", active=False)
    return check


def seconds(check, name):
    began = time.perf_counter()
    with pytest.raises(SignInFailed):
        check.by_name(name, "a wrong password", "203.0.113.1")
    return time.perf_counter() - began


def test_known_unknown_and_inactive_accounts_take_the_same_time(check):
    # By turns, so that whatever else the machine does falls on all of them; and the quickest half of each, since what
    # else it does only ever makes one slower.
    times = {name: [] for name in ("known", "nobody", "inactive")}
    for _ in range(TRIES):
        for name, found in times.items():
            found.append(seconds(check, name))
    medians = {name: statistics.median(sorted(found)[: TRIES // 2]) for name, found in times.items()}
    assert max(medians.values()) < 1.2 * min(medians.values()), medians
