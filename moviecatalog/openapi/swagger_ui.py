"""Swagger UI's files, out of the package that brings them: the extra `docs` installs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

# It is there for MkDocs, but its code isn't needed, and never imported. Of the packages that ship Swagger UI
# as it is released, it is the one that brings no web framework of its own along.
DISTRIBUTION = "mkdocs-swagger-ui-tag"
FOLDER = "mkdocs_swagger_ui_tag/swagger-ui"


@dataclass(frozen=True)
class SwaggerUI:
    """Where its files are, by the names under which they are served. `version` is that of the package."""

    version: str
    script: Path
    style: Path

    @property
    def files(self) -> Mapping[str, Path]:
        return {self.script.name: self.script, self.style.name: self.style}


def find() -> SwaggerUI | None:
    """What is installed; None where nothing is, or its files are elsewhere than we know."""
    try:
        package = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return None
    folder = Path(str(package.locate_file(FOLDER)))
    script, style = folder / "javascripts/swagger-ui-bundle.js", folder / "stylesheets/swagger-ui.css"
    return SwaggerUI(package.version, script, style) if script.is_file() and style.is_file() else None
