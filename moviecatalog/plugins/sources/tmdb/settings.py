"""What a deployer says about TMDB."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from moviecatalog.settings import parsers
from moviecatalog.settings.reader import setting


@dataclass(frozen=True)
class ApiKey:
    """A v3 key, which TMDB takes in the query string, or a v4 read access token, which goes into a header."""

    text: str = field(repr=False)
    is_token: bool


def api_key(value: str) -> ApiKey:
    if re.fullmatch(r"[0-9a-fA-F]{32}", value):
        return ApiKey(value, is_token=False)
    if re.fullmatch(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", value, re.ASCII):
        return ApiKey(value, is_token=True)
    raise ValueError(
        "it must be a v3 API key (32 hexadecimal digits) or a v4 API read access token (it begins with eyJ "
        "and has two dots); both are on the API page of a TMDB account's settings"
    )


def language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", value):
        raise ValueError("it must be a language such as en or pt-BR")
    return value


def region(value: str) -> str | None:
    """None where empty."""
    if value and not re.fullmatch(r"[A-Z]{2}", value):
        raise ValueError("it must be a country such as DE, or empty")
    return value or None


@dataclass(frozen=True, kw_only=True)
class TmdbSettings:
    """Below `moviecatalog.source.tmdb`."""

    api_key: ApiKey = setting(api_key, "a v3 API key or a v4 API read access token of TMDB", secret=True)
    base_url: str = setting(
        parsers.url_prefix,
        "where the API is: TMDB itself, a mirror or a stand-in",
        default="https://api.themoviedb.org/3/",
    )
    timeout: float = setting(
        parsers.seconds(0.1, 60), "seconds for all that one request waits for TMDB, retries included", default=3.0
    )
    language: str = setting(language, "the language of titles and overviews", default="en-US")
    region: str | None = setting(region, "the country whose lists and release dates are asked for", default=None)
    include_adult: bool = setting(parsers.boolean, "whether titles for adults only are shown", default=False)
    requests_per_second: int = setting(
        parsers.integer(1, 1_000),
        "requests a second, shared by all processes where the cache is shared",
        default=20,
    )
