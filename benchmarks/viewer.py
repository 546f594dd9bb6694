"""Somebody with an account: signed in, with a few favourites and ratings."""

import json

from benchmarks.lone import Lone
from moviecatalog.testing.client import PASSWORD

MARKED = "/api/movies/trending/?page_size=10"


def signed_up(port, name):
    """The access token of a new account."""
    account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
    Lone(port).call("/api/auth/users/", "POST", json.dumps(account))
    return token_of(port, name)


def token_of(port, name):
    """The access token of an account that is there."""
    return json.loads(Lone(port).call("/api/auth/token/", "POST", credentials(name)))["access"]


def credentials(name):
    return json.dumps({"username": name, "password": PASSWORD})


def mark_some(port, token):
    """Half of the films that are trending: each other one of them a favourite, or rated."""
    client = Lone(port, token)
    shown = [film["id"] for film in json.loads(client.call(MARKED))["results"]]
    for film in shown[0::4]:
        client.call(f"/api/movies/{film}/add_to_favorites/", "POST", "{}")
    for film in shown[1::4]:
        client.call(f"/api/movies/{film}/rate/", "PUT", '{"rating": 8}')
    return shown
