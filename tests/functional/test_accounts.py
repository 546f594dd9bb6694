import re

import pytest

from moviecatalog.security.tokens import Tokens
from moviecatalog.testing.application import TEST_SECRET
from moviecatalog.testing.client import PASSWORD

PROFILE = {"id", "username", "email", "first_name", "last_name", "bio", "profile_picture", "created_at"}
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


class TestRegistration:
    def test_answers_201_with_the_documented_fields(self, api):
        answer = api.register("newuser", first_name="John", last_name="Doe")
        assert answer.status_code == 201
        assert answer.json["message"] == "User registered successfully"
        user = answer.json["user"]
        assert set(user) == PROFILE
        assert (user["username"], user["email"], user["first_name"]) == ("newuser", "newuser@example.com", "John")
        assert user["bio"] is user["profile_picture"] is None

    def test_never_answers_with_a_password(self, api):
        assert PASSWORD not in api.register("newuser").text

    def test_names_are_optional(self, api):
        assert api.register("newuser").json["user"]["first_name"] == ""

    def test_reports_every_broken_field_at_once(self, api):
        answer = api.post(
            "/auth/users/",
            {"username": "a b", "email": "a@b", "password": "short", "password_confirm": "shorter", "first_name": 5},
        )
        assert answer.status_code == 400
        assert answer.json["error"] == "Invalid request data"
        assert set(answer.json["details"]) == {"username", "email", "password", "password_confirm", "first_name"}

    @pytest.mark.parametrize("value", [..., None, [], {}], ids=["missing", "null", "list", "object"])
    def test_every_field_of_the_wrong_kind_gets_one_entry(self, api, value):
        fields = ("username", "email", "password", "password_confirm")
        answer = api.post("/auth/users/", {} if value is ... else dict.fromkeys(fields, value))
        assert answer.status_code == 400
        assert set(answer.json["details"]) == set(fields)
        assert all(len(messages) == 1 for messages in answer.json["details"].values())

    @pytest.mark.parametrize("username", ["", "ab", "x" * 151, "a b", "a\u200bbc", "../x", "a\nb"])
    def test_refuses_a_broken_username(self, api, username):
        answer = api.register("someone", username=username)
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"username"}

    @pytest.mark.parametrize(
        "email",
        ["a@b", "a@b.com\n", "a@b.com\r\nBcc: x@y.z", "a" * 250 + "@b.com", "no at", '"a b"@c.de', "a@[1.2.3.4]"],
    )
    def test_refuses_a_broken_email(self, api, email):
        answer = api.register("someone", email=email)
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"email"}

    @pytest.mark.parametrize(
        "password", ["seven77", "x" * 129, "password", "12345678", "someone1", "someone1@example.com"]
    )
    def test_refuses_a_weak_password(self, api, password):
        answer = api.register("someone1", password=password, password_confirm=password)
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"password"}

    def test_refuses_two_different_passwords(self, api):
        answer = api.register("someone", password_confirm="something else")
        assert answer.json["details"] == {"password_confirm": ["The two passwords are not the same."]}

    @pytest.mark.parametrize("username", ["Ärger", "äRGER", "A\u0308rger", "\uff21\u0308rger"])
    def test_a_taken_username_is_taken_in_any_spelling(self, api, username):
        assert api.register("ärger", email="one@example.com").status_code == 201
        answer = api.register("x", username=username, email="two@example.com")
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"username"}

    def test_a_taken_email_is_taken_in_any_case(self, api):
        api.register("one")
        answer = api.register("two", email="ONE@Example.COM")
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"email"}

    def test_taken_username_and_email_are_both_reported(self, api):
        api.register("one")
        assert set(api.register("one").json["details"]) == {"username", "email"}

    def test_somebody_elses_email_is_no_username(self, api):
        api.register("one")
        answer = api.register("x", username="one@example.com", email="two@example.com")
        assert set(answer.json["details"]) == {"username"}

    def test_somebody_elses_username_is_no_email(self, api):
        api.register("x", username="two@example.com", email="one@example.com")
        assert set(api.register("y12", email="two@example.com").json["details"]) == {"email"}

    def test_nobody_sets_what_is_not_theirs(self, api):
        user = api.register("newuser", id=99, is_admin=True, created_at="1999-01-01T00:00:00Z", bio="x").json["user"]
        assert user["id"] != 99
        assert not user["created_at"].startswith("1999")
        assert user["bio"] is None

    def test_closed_answers_403(self, make_api):
        answer = make_api({"moviecatalog.auth.registration": "closed"}).register("newuser")
        assert answer.status_code == 403
        assert answer.json == {"detail": "You do not have permission to perform this action."}

    def test_works_for_a_client_that_sends_an_old_token(self, api):
        assert api.call("post", "/auth/users/", "dead.token.x", json={}).status_code == 400


class TestSignIn:
    def test_answers_with_tokens_and_the_user(self, api):
        user = api.register("newuser").json["user"]
        answer = api.sign_in("newuser")
        assert answer.status_code == 200
        assert set(answer.json) == {"refresh", "access", "user"}
        assert answer.json["user"] == {"id": user["id"], "username": "newuser", "email": "newuser@example.com"}

    @pytest.mark.parametrize("name", ["newuser", "NEWUSER", "newuser@example.com", "NewUser@Example.com"])
    def test_takes_username_and_email_in_any_case(self, api, name):
        api.register("newuser")
        assert api.sign_in(name).status_code == 200

    def test_wrong_user_wrong_password_and_inactive_user_get_the_same_answer(self, api):
        api.register("active")
        api.register("inactive")
        api.registry.services.accounts.set_active("inactive", active=False)
        answers = [api.sign_in("nobody"), api.sign_in("active", "wrong password"), api.sign_in("inactive")]
        for answer in answers:
            assert answer.status_code == 401
            assert answer.json == {"detail": "No active account found with the given credentials"}
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'

    @pytest.mark.parametrize("body", [{}, {"username": "x"}, {"username": None, "password": {}}, {"username": ["x"]}])
    def test_missing_or_broken_fields_are_400(self, api, body):
        assert api.post("/auth/token/", body).status_code == 400

    def test_works_for_a_client_that_sends_an_old_token(self, api):
        api.register("newuser")
        body = {"username": "newuser", "password": PASSWORD}
        assert api.call("post", "/auth/token/", "dead.token.x", json=body).status_code == 200

    def test_hashes_anew_when_the_settings_have_changed(self, make_api, storage_settings):
        if storage_settings["moviecatalog.storage"] == "memory":
            pytest.skip("storage in memory is not shared by two applications")
        make_api().register("newuser")
        stronger = make_api({"moviecatalog.auth.argon2.memory_kib": "16"})
        assert stronger.sign_in("newuser").status_code == 200
        with stronger.registry.plugins.storage.read() as session:
            assert "m=16," in session.accounts.credentials("newuser").password_hash
        assert stronger.sign_in("newuser").status_code == 200


class TestRefresh:
    def test_gives_a_new_access_token(self, api):
        api.register("newuser")
        refresh = api.sign_in("newuser").json["refresh"]
        answer = api.post("/auth/token/refresh/", {"refresh": refresh})
        assert answer.status_code == 200
        assert set(answer.json) == {"access"}
        assert api.get("/auth/users/me/", answer.json["access"]).status_code == 200

    @pytest.mark.parametrize("token", ["garbage", "a.b.c", "x" * 50_000])
    def test_refuses_what_is_no_token(self, api, token):
        answer = api.post("/auth/token/refresh/", {"refresh": token})
        assert answer.status_code == 401
        assert answer.json == {"detail": "Token is invalid or expired"}

    @pytest.mark.parametrize("body", [{}, {"refresh": None}, {"refresh": 5}, {"refresh": ""}])
    def test_missing_or_broken_field_is_400(self, api, body):
        answer = api.post("/auth/token/refresh/", body)
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"refresh"}

    def test_an_access_token_never_refreshes(self, api):
        assert api.post("/auth/token/refresh/", {"refresh": api.sign_up("newuser")}).status_code == 401

    def test_a_refresh_token_never_authenticates(self, api):
        api.register("newuser")
        assert api.get("/auth/users/me/", api.sign_in("newuser").json["refresh"]).status_code == 401

    def test_of_a_deactivated_account_is_refused(self, api):
        api.register("newuser")
        refresh = api.sign_in("newuser").json["refresh"]
        api.registry.services.accounts.set_active("newuser", active=False)
        assert api.post("/auth/token/refresh/", {"refresh": refresh}).status_code == 401


class TestTokens:
    def test_without_one_the_documented_401(self, api):
        answer = api.get("/auth/users/me/")
        assert answer.status_code == 401
        assert answer.json == {"detail": "Authentication credentials were not provided."}
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'

    @pytest.mark.parametrize(
        "path", ["/auth/users/me/", "/movies/", "/movies/1/", "/movies/trending/", "/genres/", "/no/"]
    )
    def test_a_bad_one_is_refused_on_public_endpoints_too(self, api, path):
        answer = api.get(path, "bad.token.x")
        assert answer.status_code == 401
        assert answer.json == {"detail": "Given token not valid for any token type"}

    @pytest.mark.parametrize("path", ["/health/live/", "/health/ready/", "/openapi.json", "/docs/"])
    def test_a_bad_one_is_not_looked_at_by_health_and_documentation(self, api, path):
        assert api.get(path, "bad.token.x").status_code == 200

    def test_an_expired_one_is_refused(self, api):
        api.register("newuser")
        with api.registry.plugins.storage.read() as session:
            user = session.accounts.credentials("newuser").user
        expired = Tokens((TEST_SECRET,), -60, -60).access(user)
        assert api.get("/movies/", expired).status_code == 401

    @pytest.mark.parametrize(
        "path", ["/auth/users/me/", "/movies/", "/movies/1/", "/movies/popular/", "/movies/ratings/my_ratings/"]
    )
    def test_of_a_deactivated_account_is_refused_at_the_next_request(self, api, path):
        token = api.sign_up("newuser")
        assert api.get(path, token).status_code == 200
        api.registry.services.accounts.set_active("newuser", active=False)
        assert api.get(path, token).status_code == 401

    def test_of_before_a_deactivation_stays_dead_after_it(self, api):
        token = api.sign_up("newuser")
        api.registry.services.accounts.set_active("newuser", active=False)
        api.registry.services.accounts.set_active("newuser", active=True)
        assert api.get("/auth/users/me/", token).status_code == 401
        assert api.sign_in("newuser").status_code == 200

    def test_in_query_string_or_cookie_is_ignored(self, api):
        token = api.sign_up("newuser")
        answer = api.get(f"/auth/users/me/?access={token}&token={token}", headers={"Cookie": f"access={token}"})
        assert answer.json == {"detail": "Authentication credentials were not provided."}

    def test_the_schemes_case_does_not_matter(self, api):
        token = api.sign_up("newuser")
        assert api.get("/auth/users/me/", headers={"Authorization": f"bearer {token}"}).status_code == 200

    def test_of_another_secret_is_refused(self, make_api):
        token = make_api({"moviecatalog.auth.secret": "z" * 64}).sign_up("newuser")
        assert make_api().get("/movies/", token).status_code == 401


class TestProfile:
    def test_shows_the_documented_fields(self, api):
        profile = api.get("/auth/users/me/", api.sign_up("newuser")).json
        assert set(profile) == PROFILE | {"updated_at"}

    def test_update_changes_what_is_named_and_leaves_the_rest(self, api):
        token = api.sign_up("newuser")
        api.put("/auth/users/update_profile/", {"first_name": "John", "bio": "Movie enthusiast"}, token)
        answer = api.put("/auth/users/update_profile/", {"last_name": "Smith"}, token)
        assert answer.status_code == 200
        assert answer.json["message"] == "Profile updated successfully"
        user = answer.json["user"]
        assert set(user) == PROFILE | {"updated_at"}
        assert (user["first_name"], user["last_name"], user["bio"]) == ("John", "Smith", "Movie enthusiast")
        assert api.get("/auth/users/me/", token).json == user

    def test_patch_is_the_same(self, api):
        token = api.sign_up("newuser")
        answer = api.patch("/auth/users/update_profile/", {"bio": "x"}, token)
        assert (answer.status_code, answer.json["user"]["bio"]) == (200, "x")

    @pytest.mark.parametrize("empty", [None, ""])
    @pytest.mark.parametrize("field", ["bio", "profile_picture"])
    def test_null_or_empty_clears(self, api, field, empty):
        token = api.sign_up("newuser")
        api.put("/auth/users/update_profile/", {"bio": "x", "profile_picture": "https://example.org/me.png"}, token)
        assert api.put("/auth/users/update_profile/", {field: empty}, token).json["user"][field] is None

    def test_nothing_else_can_be_changed(self, api):
        token = api.sign_up("newuser")
        before = api.get("/auth/users/me/", token).json
        changes = {
            "username": "other",
            "email": "other@example.com",
            "password": "another password",
            "id": 99,
            "created_at": "1999-01-01T00:00:00Z",
            "is_active": False,
        }
        assert api.put("/auth/users/update_profile/", changes, token).status_code == 200
        after = api.get("/auth/users/me/", token).json
        assert {**after, "updated_at": None} == {**before, "updated_at": None}
        assert api.sign_in("newuser").status_code == 200

    @pytest.mark.parametrize(
        "picture",
        [
            "javascript:alert(1)",
            "data:image/png;base64,x",
            "//x.example/a.png",
            "http://127.0.0.1/a.png",
            "https://user:password@example.org/a.png",
            "https://example.org/" + "a" * 500,
            "https://",
            "https://[bad",
            "https://example.org/a b",
            5,
        ],
    )
    def test_refuses_a_picture_that_is_no_plain_https_url(self, api, picture):
        answer = api.put("/auth/users/update_profile/", {"profile_picture": picture}, api.sign_up("newuser"))
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"profile_picture"}

    def test_refuses_a_bio_that_is_too_long(self, api):
        token = api.sign_up("newuser")
        assert api.put("/auth/users/update_profile/", {"bio": "x" * 2_000}, token).status_code == 200
        assert api.put("/auth/users/update_profile/", {"bio": "x" * 2_001}, token).status_code == 400

    def test_of_others_cannot_be_reached(self, api):
        token = api.sign_up("newuser")
        assert api.get("/auth/users/", token).status_code == 405
        assert api.get("/auth/users/1/", token).status_code == 404


def test_times_are_utc_in_seconds_with_a_z(api):
    assert re.match(TIME, api.register("newuser").json["user"]["created_at"])
