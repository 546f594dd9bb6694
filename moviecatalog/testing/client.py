"""The API as a client developer calls it, over an application in the same process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from webtest import TestApp, TestResponse

PASSWORD = "correct horse battery"


class ApiClient:
    """Paths below /api, JSON in and out, any status expected."""

    def __init__(self, app: TestApp) -> None:
        self.app = app

    @property
    def registry(self) -> Any:
        return self.app.app.registry

    def call(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> TestResponse:
        """`method` in lower case; the body is `json=`, if any."""
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        url = path if path.startswith("/api") else f"/api{path}"
        if "json" in body:
            return getattr(self.app, f"{method}_json")(url, body["json"], headers=sent, expect_errors=True)
        return getattr(self.app, method)(url, headers=sent, expect_errors=True)

    def get(self, path: str, token: str | None = None, **kwargs: Any) -> TestResponse:
        return self.call("get", path, token, **kwargs)

    def post(self, path: str, json: Any = None, token: str | None = None, **kwargs: Any) -> TestResponse:
        return self.call("post", path, token, json={} if json is None else json, **kwargs)

    def put(self, path: str, json: Any, token: str | None = None, **kwargs: Any) -> TestResponse:
        return self.call("put", path, token, json=json, **kwargs)

    def patch(self, path: str, json: Any, token: str | None = None, **kwargs: Any) -> TestResponse:
        return self.call("patch", path, token, json=json, **kwargs)

    def delete(self, path: str, token: str | None = None, **kwargs: Any) -> TestResponse:
        return self.call("delete", path, token, **kwargs)

    def register(self, name: str, /, **fields: Any) -> TestResponse:
        """Make an account with the password PASSWORD, unless `fields` say otherwise."""
        registration = {
            "username": name,
            "email": f"{name}@example.com",
            "password": PASSWORD,
            "password_confirm": PASSWORD,
        }
        return self.post("/auth/users/", registration | fields)

    def sign_in(self, username: str, password: str = PASSWORD, **kwargs: Any) -> TestResponse:
        return self.post("/auth/token/", {"username": username, "password": password}, **kwargs)

    def sign_up(self, username: str) -> str:
        """The access token of a new account."""
        assert self.register(username).status_code == 201
        return str(self.sign_in(username).json["access"])

    def walk(self, path: str, size: int, token: str | None = None) -> list[int]:
        """The movies' ids on all pages of a list, following `next` to the end."""
        ids: list[int] = []
        url: str | None = f"/api{path}{'&' if '?' in path else '?'}page_size={size}"
        while url:
            answer = self.get(url, token)
            assert answer.status_code == 200, answer.text
            ids += [movie["id"] for movie in answer.json["results"]]
            following = answer.json["next"]
            url = following and f"{urlsplit(following).path}?{urlsplit(following).query}"
        return ids
