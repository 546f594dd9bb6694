import pytest

PROFILE = {"id", "username", "email", "first_name", "last_name", "bio", "profile_picture", "created_at"}


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
