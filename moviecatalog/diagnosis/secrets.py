"""How good the secret is that signs tokens. Its length is a matter of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import zxcvbn

from moviecatalog.domain import findings
from moviecatalog.domain.findings import Finding

GUESSES = 1e30
"""Fewer can be tried by whoever has a single token. A random secret takes more than 1e38."""

SEEN = 64
"""Characters that are looked at: enough of a random secret, and more takes zxcvbn seconds."""


def diagnose(secrets: Sequence[str] | None) -> Iterator[Finding]:
    for number, secret in enumerate(secrets or (), 1):
        which = "" if secrets is not None and len(secrets) == 1 else f" {number}"
        size = len(secret.encode())
        if float(zxcvbn.zxcvbn(secret[:SEEN])["guesses"]) < GUESSES:
            yield findings.warning(
                f"the secret{which} has {size} bytes, but can be guessed",
                "make one with python3 -c 'import secrets; print(secrets.token_urlsafe(64))'",
            )
        else:
            yield findings.ok(f"the secret{which} has {size} bytes and looks random")
