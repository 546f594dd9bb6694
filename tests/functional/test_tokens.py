import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from moviecatalog.security.tokens import Tokens
from moviecatalog.testing.application import TEST_SECRET
from moviecatalog.testing.client import PASSWORD


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


class TestRevoke:
    @pytest.fixture
    def signed_in(self, api):
        api.register("newuser")
        return api.sign_in("newuser").json

    def test_ends_the_refresh_token_and_no_other(self, api, signed_in):
        other = api.sign_in("newuser").json
        answer = api.post("/auth/token/revoke/", {"refresh": signed_in["refresh"]})
        assert (answer.status_code, answer.json) == (200, {"message": "Token revoked"})
        refused = api.post("/auth/token/refresh/", {"refresh": signed_in["refresh"]})
        assert (refused.status_code, refused.json) == (401, {"detail": "Token is invalid or expired"})
        assert api.post("/auth/token/refresh/", {"refresh": other["refresh"]}).status_code == 200

    def test_leaves_the_access_token_to_its_end(self, api, signed_in):
        api.post("/auth/token/revoke/", {"refresh": signed_in["refresh"]})
        assert api.get("/auth/users/me/", signed_in["access"]).status_code == 200

    def test_of_one_that_is_dead_already_is_fine(self, api, signed_in):
        for _ in range(2):
            assert api.post("/auth/token/revoke/", {"refresh": signed_in["refresh"]}).status_code == 200

    def test_of_one_that_has_expired_or_whose_account_is_gone_is_fine(self, api, signed_in):
        with api.registry.plugins.storage.read() as session:
            user = session.accounts.credentials("newuser").user
        expired = Tokens((TEST_SECRET,), 60, 1).refresh(user)
        time.sleep(1.1)
        assert api.post("/auth/token/revoke/", {"refresh": expired}).status_code == 200
        api.delete("/auth/users/me/", signed_in["access"], json={"password": PASSWORD})
        assert api.post("/auth/token/revoke/", {"refresh": signed_in["refresh"]}).status_code == 200

    @pytest.mark.parametrize("token", ["garbage", "a.b.c", "x" * 50_000])
    def test_of_what_is_no_token_is_401(self, api, token):
        answer = api.post("/auth/token/revoke/", {"refresh": token})
        assert (answer.status_code, answer.json) == (401, {"detail": "Token is invalid or expired"})

    def test_of_an_access_token_is_401(self, api, signed_in):
        assert api.post("/auth/token/revoke/", {"refresh": signed_in["access"]}).status_code == 401
        assert api.get("/auth/users/me/", signed_in["access"]).status_code == 200

    @pytest.mark.parametrize("body", [{}, {"refresh": None}, {"refresh": 5}, {"refresh": ""}])
    def test_missing_or_broken_field_is_400(self, api, body):
        answer = api.post("/auth/token/revoke/", body)
        assert (answer.status_code, set(answer.json["details"])) == (400, {"refresh"})

    def test_works_for_a_client_that_sends_an_old_token(self, api, signed_in):
        body = {"refresh": signed_in["refresh"]}
        assert api.call("post", "/auth/token/revoke/", "dead.token.x", json=body).status_code == 200


class TestRotation:
    @pytest.fixture
    def api(self, make_api):
        return make_api({"moviecatalog.auth.rotate_refresh_tokens": "true"})

    @pytest.fixture
    def first(self, api):
        api.register("newuser")
        return api.sign_in("newuser").json["refresh"]

    @staticmethod
    def refresh(api, token):
        return api.post("/auth/token/refresh/", {"refresh": token})

    def test_each_refresh_gives_the_next_token(self, api, first):
        answer = self.refresh(api, first)
        assert answer.status_code == 200
        assert set(answer.json) == {"access", "refresh"}
        assert api.get("/auth/users/me/", answer.json["access"]).status_code == 200
        assert self.refresh(api, answer.json["refresh"]).status_code == 200

    def test_a_token_used_twice_ends_its_family_and_no_other(self, api, first):
        other = api.sign_in("newuser").json["refresh"]
        second = self.refresh(api, first).json["refresh"]
        third = self.refresh(api, second).json["refresh"]
        for token in (first, third, second):
            refused = self.refresh(api, token)
            assert (refused.status_code, refused.json) == (401, {"detail": "Token is invalid or expired"})
        assert self.refresh(api, other).status_code == 200

    def test_revoking_any_token_of_a_family_ends_it(self, api, first):
        second = self.refresh(api, first).json["refresh"]
        assert api.post("/auth/token/revoke/", {"refresh": first}).status_code == 200
        assert self.refresh(api, second).status_code == 401

    def test_of_many_at_once_with_one_token_one_wins(self, api, first):
        with ThreadPoolExecutor(8) as pool:
            statuses = sorted(it.status_code for it in pool.map(lambda _: self.refresh(api, first), range(8)))
        assert statuses == [200, *[401] * 7]

    def test_tokens_of_before_it_was_switched_on_are_good_for_one_use(self, make_api, storage_settings):
        if storage_settings["moviecatalog.storage"] == "memory":
            pytest.skip("storage in memory is not shared by two applications")
        before, after = make_api(), make_api({"moviecatalog.auth.rotate_refresh_tokens": "true"})
        before.register("newuser")
        token = before.sign_in("newuser").json["refresh"]
        assert self.refresh(before, token).status_code == 200
        assert self.refresh(after, token).status_code == 200
        assert self.refresh(after, token).status_code == 401
        assert self.refresh(before, token).status_code == 401


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
