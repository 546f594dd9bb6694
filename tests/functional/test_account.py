"""What is done with a whole account: another password, all that it holds, its end."""

import pytest

from moviecatalog.testing.client import PASSWORD

OTHER = "another horse entirely"


@pytest.fixture
def account(api):
    """Tokens of somebody who keeps something."""
    api.register("ann", first_name="Ann")
    tokens = api.sign_in("ann").json
    token = tokens["access"]
    api.post("/movies/1/rate/", {"rating": 9, "review": "Mine."}, token)
    api.post("/movies/2/rate/", {"rating": 3}, token)
    api.post("/movies/2/add_to_favorites/", token=token)
    return tokens


def change_password(api, token, **fields):
    body = {"current_password": PASSWORD, "password": OTHER, "password_confirm": OTHER}
    return api.post("/auth/users/change_password/", body | fields, token)


def remove(api, token, **body):
    return api.delete("/auth/users/me/", token, json={"password": PASSWORD} | body)


class TestChangePassword:
    def test_ends_every_token_and_takes_the_new_one_from_now_on(self, api, account):
        answer = change_password(api, account["access"])
        assert (answer.status_code, answer.json) == (200, {"message": "Password changed"})
        for path in ("/auth/users/me/", "/movies/1/", "/movies/popular/", "/movies/ratings/my_ratings/"):
            assert api.get(path, account["access"]).status_code == 401
        assert api.post("/auth/token/refresh/", {"refresh": account["refresh"]}).status_code == 401
        assert api.sign_in("ann").status_code == 401
        token = api.sign_in("ann", OTHER).json["access"]
        assert api.get("/movies/ratings/my_ratings/", token).json["count"] == 2

    def test_leaves_other_accounts_alone(self, api, account):
        other = api.sign_up("ben")
        change_password(api, account["access"])
        assert api.get("/auth/users/me/", other).status_code == 200

    @pytest.mark.parametrize(
        ("fields", "broken"),
        [
            ({"current_password": "wrong"}, {"current_password"}),
            ({"current_password": None}, {"current_password"}),
            ({"password": "short", "password_confirm": "short"}, {"password"}),
            ({"password": "12345678901", "password_confirm": "12345678901"}, {"password"}),
            ({"password": "password", "password_confirm": "password"}, {"password"}),
            ({"password": "ann@example.com", "password_confirm": "ann@example.com"}, {"password"}),
            ({"password_confirm": "something else"}, {"password_confirm"}),
            ({"current_password": 5, "password": [], "password_confirm": {}},
             {"current_password", "password", "password_confirm"}),
        ],
    )  # fmt: skip
    def test_what_will_not_do_is_told_and_changes_nothing(self, api, account, fields, broken):
        answer = change_password(api, account["access"], **fields)
        assert answer.status_code == 400
        assert set(answer.json["details"]) == broken
        assert api.get("/auth/users/me/", account["access"]).status_code == 200
        assert api.sign_in("ann").status_code == 200

    def test_needs_a_token(self, api):
        answer = change_password(api, None)
        assert (answer.status_code, answer.json) == (401, {"detail": "Authentication credentials were not provided."})


class TestRemoval:
    def test_takes_everything_along_and_corrects_averages(self, api, account):
        other = api.sign_up("ben")
        api.post("/movies/1/rate/", {"rating": 4}, other)
        assert api.get("/movies/1/").json["average_rating"] == 6.5
        answer = remove(api, account["access"])
        assert (answer.status_code, answer.body) == (204, b"")
        assert api.get("/movies/1/").json["average_rating"] == 4
        assert api.get("/movies/2/").json["average_rating"] is None
        assert api.get("/movies/ratings/my_ratings/", other).json["count"] == 1

    def test_ends_every_token_and_the_sign_in(self, api, account):
        remove(api, account["access"])
        assert api.get("/auth/users/me/", account["access"]).status_code == 401
        assert api.get("/movies/popular/", account["access"]).status_code == 401
        assert api.post("/auth/token/refresh/", {"refresh": account["refresh"]}).status_code == 401
        assert api.sign_in("ann").status_code == 401

    def test_frees_the_names_for_somebody_else(self, api, account):
        remove(api, account["access"])
        token = api.sign_up("ann")
        assert api.get("/movies/ratings/my_ratings/", token).json["count"] == 0
        assert api.get("/auth/users/me/", account["access"]).status_code == 401

    @pytest.mark.parametrize("password", ["wrong", None, "", 5])
    def test_without_the_password_nothing_goes(self, api, account, password):
        answer = remove(api, account["access"], password=password)
        assert (answer.status_code, set(answer.json["details"])) == (400, {"password"})
        assert api.get("/movies/ratings/my_ratings/", account["access"]).json["count"] == 2

    def test_without_a_body_nothing_goes(self, api, account):
        assert api.delete("/auth/users/me/", account["access"]).status_code == 415
        assert api.get("/auth/users/me/", account["access"]).status_code == 200

    def test_needs_a_token(self, api):
        assert remove(api, None).status_code == 401


class TestExport:
    def test_holds_all_that_the_account_holds(self, api, account):
        token = account["access"]
        answer = api.get("/auth/users/me/export/", token)
        assert answer.status_code == 200
        assert answer.json == {
            "user": api.get("/auth/users/me/", token).json,
            "favorites": api.get("/movies/favorites/my_favorites/", token).json["results"],
            "ratings": api.get("/movies/ratings/my_ratings/", token).json["results"],
        }

    def test_holds_more_than_a_page(self, api):
        token = api.sign_up("ann")
        for movie_id in range(1, 121):
            api.post(f"/movies/{movie_id}/add_to_favorites/", token=token)
        assert len(api.get("/auth/users/me/export/", token).json["favorites"]) == 120

    def test_holds_no_hash_and_no_token(self, api, account):
        text = api.get("/auth/users/me/export/", account["access"]).text
        assert "argon2" not in text
        assert "token" not in text
        assert "password" not in text

    def test_is_of_nobody_else(self, api, account):
        token = api.sign_up("ben")
        answer = api.get("/auth/users/me/export/", token)
        assert (answer.json["user"]["username"], answer.json["favorites"], answer.json["ratings"]) == ("ben", [], [])

    def test_needs_a_token(self, api):
        assert api.get("/auth/users/me/export/").status_code == 401
