"""What schemathesis makes of the API's own description, sent to the API; on both engines."""

import os
import re
import subprocess
import sys

import pytest

from tests.functional.hostile.conftest import new_storage, serving

EXAMPLES = os.environ.get("MOVIECATALOG_TEST_FUZZ_EXAMPLES", "10")
"""Of each operation; `make fuzz` takes more."""

PROGRAM = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request, tmp_path):
    with serving(tmp_path, "granian", new_storage(request.param, request, tmp_path), {"workers": "1"}) as it:
        yield it


# 413 rejects too: what is made up may be larger than any body that is taken.
CONFIG = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 406, 413, 415, 422, 428]
"""


@pytest.mark.timeout(1_800)
def test_every_check_passes_and_nothing_is_logged_with_a_traceback(served, tmp_path):
    token = served.sign_up()[1]["access"]
    (tmp_path / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    command = [
        *(sys.executable, "-c", PROGRAM, "run", f"http://127.0.0.1:{served.port}/api/openapi.json"),
        *("--max-examples", EXAMPLES, "--header", f"Authorization: Bearer {token}"),
        # 400 is also our answer to rules that JSON Schema can't say: equal passwords, names that are taken.
        *("--exclude-checks", "positive_data_acceptance"),
        # What one run finds the next one should find too.
        *("--seed", "1", "--generation-database", "none"),
    ]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environ)
    assert done.returncode == 0, done.stdout[:5_000]
    found = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert found, done.stdout[-5_000:]
    assert int(found[2]) >= 1_000
    assert "Traceback" not in served.log()
