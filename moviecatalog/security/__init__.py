"""Tokens, passwords, and the policy that says who is asking."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.security.policy import BearerTokenPolicy


def includeme(config: Configurator) -> None:
    tokens = config.registry.services.tokens
    registration_open = config.registry.core_settings.auth.registration == "open"
    config.set_security_policy(BearerTokenPolicy(tokens, registration_open=registration_open))
