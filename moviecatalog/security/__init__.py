"""Tokens, passwords, and the policy that says who is asking."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.security.policy import BearerTokenPolicy


def includeme(config: Configurator) -> None:
    config.set_security_policy(BearerTokenPolicy(config.registry.services.tokens))
