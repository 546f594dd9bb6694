import re

import pytest

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

    def test_a_taken_name_is_reported_beside_other_broken_fields(self, api):
        api.register("one")
        answer = api.register("one", password="short", password_confirm="shorter")
        assert set(answer.json["details"]) == {"username", "email", "password", "password_confirm"}

    @pytest.mark.parametrize("field", ["username", "email"])
    def test_a_name_with_nul_is_told_at_its_field(self, api, field):
        assert set(api.register("one", **{field: "a\x00b@example.com"}).json["details"]) == {field}

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
        api = make_api({"moviecatalog.auth.registration": "closed"})
        for answer in (
            api.register("newuser"),
            api.post("/auth/users/", {"username": "x"}),
            api.post("/auth/users/", []),
        ):
            assert answer.status_code == 403
            assert answer.json == {"detail": "You do not have permission to perform this action."}

    def test_works_for_a_client_that_sends_an_old_token(self, api):
        assert api.call("post", "/auth/users/", "dead.token.x", json={}).status_code == 400


def test_times_are_utc_in_seconds_with_a_z(api):
    assert re.match(TIME, api.register("newuser").json["user"]["created_at"])
