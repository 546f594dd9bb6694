"""Who may know whom. The rules are the architecture; see the picture in README.md."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "moviecatalog"

# For each room, the rooms that it may import from, longest name first where one lies within another.
RULES = {
    "domain": set(),
    "settings": {"redis_url"},
    "redis_url": set(),
    "redis_connections": set(),
    "redis_server": {"domain", "redis_connections", "redis_url"},
    "film_lines": {"domain", "plugins.contracts"},
    "request": {"domain", "metrics.meters", "services", "views.service", "presenters.movies", "http.client_address"},
    "metrics": {"domain", "settings"},
    "services": {
        "domain",
        "film_lines",
        "metrics.meters",
        "settings",
        "plugins.base",
        "plugins.loader",
        "plugins.contracts",
        # What stands in for a cache that is away.
        "plugins.caches.memory",
        "redis_server",
        "redis_url",
        "security",
    },
    "security": {"domain"},
    "schemas": {"domain", "security.passwords"},
    "presenters": {"domain", "request", "services", "presenters"},
    "views": {"domain", "request", "schemas", "presenters", "security", "services", "http.input"},
    "http": {"domain", "settings", "request", "services.throttle", "metrics.meters"},
    "hot": {"domain", "settings", "request", "presenters", "security", "services", "http"},
    "openapi": {
        "request",
        "domain",
        "schemas",
        "views.service",
        "views.errors",
        "presenters.freshness",
        "presenters.html",
    },
    "cli": {
        "",
        "domain",
        "settings",
        "film_lines",
        "services",
        "schemas",
        "plugins",
        "http.guard",
        "logs",
        "metrics.sharing",
        "diagnosis",
    },
    "redis_diagnosis": {"domain", "redis_server"},
    "diagnosis": {"domain", "settings", "plugins", "redis_diagnosis", "redis_server", "redis_url"},
    "plugins.base": {"domain"},
    "plugins.contracts": {"domain", "settings", "plugins.base"},
    "plugins.loader": {"settings", "plugins.base", "plugins.contracts", "plugins.directives", "plugins.kinds"},
    "plugins.sources": {"domain", "settings", "film_lines", "plugins.base", "plugins.contracts"},
    "plugins.caches": {
        "domain",
        "settings",
        "redis_diagnosis",
        "redis_server",
        "redis_url",
        "plugins.base",
        "plugins.contracts",
    },
    "plugins.storages": {"domain", "settings", "plugins.base", "plugins.contracts"},
    "testing": {"domain", "plugins.base", "plugins.contracts", ""},
}

CONTRACTS = {
    "plugins.sources.base",
    "plugins.caches.base",
    "plugins.storages.base",
    "plugins.storages.stores",
}


def room(module):
    """The room that a module (without the package's name) is in."""
    if module in CONTRACTS:
        return "plugins.contracts"
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "plugins" and len(parts) > 1 else parts[0]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # What is imported may be a module itself: `from moviecatalog.domain import clock`.
            names = [node.module]
            names += [
                f"{node.module}.{alias.name}"
                for alias in node.names
                if (PACKAGE.parent / node.module.replace(".", "/") / f"{alias.name}.py").exists()
            ]
        else:
            continue
        for name in names:
            if name == "moviecatalog" or name.startswith("moviecatalog."):
                yield name.removeprefix("moviecatalog").removeprefix(".")


def all_modules():
    """Names, without the package's own, and paths."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").removesuffix(".")
        if name:
            found[name] = path
    return found


@pytest.mark.parametrize(
    ("module", "path"),
    [pytest.param(name, path, id=name) for name, path in all_modules().items() if room(name) in RULES],
)
def test_a_room_imports_only_from_the_rooms_it_may_know(module, path):
    own = room(module)
    allowed = RULES[own] | {own}
    for imported in imports(path):
        known = any(imported == name or imported.startswith(f"{name}.") for name in allowed if name)
        assert known or room(imported) in allowed, f"{module} must not import {imported}"


def test_plugins_do_not_know_each_other():
    for folder in ("sources", "caches", "storages"):
        for plugin in (PACKAGE / "plugins" / folder).iterdir():
            if plugin.name.startswith("_") or plugin.stem in ("base", "stores"):
                continue
            others = {
                f"plugins.{folder}.{other.stem}"
                for other in (PACKAGE / "plugins" / folder).iterdir()
                if other.stem not in (plugin.stem, "base", "stores", "region", "averages")
                and not other.name.startswith("_")
            }
            for path in [plugin] if plugin.is_file() else plugin.rglob("*.py"):
                assert not {name for name in imports(path) if any(name.startswith(other) for other in others)}


def test_every_room_of_the_house_has_a_rule():
    rooms = {room(name) for name in all_modules()}
    assert {name.split(".")[0] for name in rooms} - {name.split(".")[0] for name in RULES} == {"logs"}
