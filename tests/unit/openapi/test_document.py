import json
import re
from importlib.metadata import version

import colander
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from moviecatalog.openapi.document import Api, build_document
from moviecatalog.schemas import answers
from moviecatalog.schemas.nodes import Text, required
from moviecatalog.views.service import Service


def make_service(name="things", path="/things/", **kwargs):
    return Service(name, path, tag="Things", **kwargs)


def with_get(service, view=None, **kwargs):
    def list_things(request):
        """Things."""

    service.get(**kwargs)(view or list_things)
    return service


def build(*services):
    return build_document({f"/api{service.path}": service for service in services}, Api("things", "1"))


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


class TestTheWhole:
    def test_it_is_valid(self, document):
        validate(document)

    def test_it_lists_every_operation_that_is_registered(self, app, document):
        listed = {(path, method) for path, method, _ in operations(document)}
        registered = {
            (re.sub(r":[^/]*(?=\}/)", "", service.path), operation.method.lower())
            for service in app.app.registry.api_services.values()
            for operation in service.operations
            if service.listed
        }
        assert listed == registered

    def test_head_goes_without_saying(self, document):
        assert not [method for _, method, _ in operations(document) if method == "head"]

    def test_each_operation_has_an_id_of_its_own(self, document):
        ids = [operation["operationId"] for _, _, operation in operations(document)]
        assert len(ids) == len(set(ids))
        assert {"sign_in", "list_movies", "rate_post", "rate_put", "change_rating"} <= set(ids)

    def test_services_of_plugins_that_come_later_are_in_it(self, make_app):
        app = make_app(with_get(make_service()))
        assert app.get("/api/openapi.json").json["paths"]["/things/"]["get"]["tags"] == ["Things"]

    def test_what_is_not_below_the_api_is_left_out(self):
        assert build_document({"/metrics": with_get(make_service())}, Api("things", "1"))["paths"] == {}

    def test_it_says_what_it_is(self, document):
        assert document["openapi"].startswith("3.1")
        assert document["info"]["title"] == "moviecatalog"
        assert document["info"]["version"] == version("moviecatalog")
        assert document["info"]["license"]["name"] == "MIT"
        assert "Thanks to <the source> & all." in document["info"]["description"]


class TestServer:
    def test_it_is_relative_where_no_public_url_is_set(self, document):
        assert document["servers"] == [{"url": "/api"}]

    def test_it_is_at_the_public_url_where_there_is_one(self, make_app):
        document = make_app(public_url="https://movies.example").get("/api/openapi.json").json
        assert document["servers"] == [{"url": "https://movies.example/api"}]

    def test_it_and_a_path_together_are_where_the_operation_is(self, app, document):
        assert app.get(document["servers"][0]["url"] + "/health/live/").json == {"status": "ok"}


class TestParameters:
    def test_they_have_their_bounds_and_defaults(self, document):
        by_name = {it["name"]: it for it in document["paths"]["/movies/"]["get"]["parameters"]}
        assert by_name["page"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 2**31 - 1, "default": 1}
        assert by_name["page_size"]["schema"] == {"type": "integer", "minimum": 1, "default": 10}
        assert by_name["max_rating"]["schema"] == {"type": "number", "minimum": 0, "maximum": 10}
        assert by_name["ordering"]["schema"]["default"] == "-popularity"
        assert by_name["genre"]["explode"] is True
        assert not any(it["required"] for it in by_name.values())

    def test_required_ones_come_first(self, document):
        assert document["paths"]["/movies/search/"]["get"]["parameters"][0]["name"] == "q"

    def test_a_path_is_shown_without_its_regular_expression(self, document):
        parameter, *_ = document["paths"]["/movies/{id}/"]["get"]["parameters"]
        assert (parameter["name"], parameter["in"], parameter["required"]) == ("id", "path", True)
        assert parameter["schema"]["minimum"] == 1


class TestBody:
    def test_it_is_required_and_has_its_bounds(self, document):
        body = document["paths"]["/movies/{id}/rate/"]["post"]["requestBody"]
        assert body["required"] is True
        assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/RatingBody"}
        schema = document["components"]["schemas"]["RatingBody"]
        assert schema["properties"]["rating"] | {"minimum": 1, "maximum": 10} == schema["properties"]["rating"]
        assert schema["required"] == ["rating"]


class TestAnswers:
    @pytest.mark.parametrize(
        ("path", "method", "statuses"),
        [
            ("/auth/token/", "post", "200 400 401 413 415 429 500 503"),
            ("/auth/users/", "post", "201 400 403 413 415 429 500 503"),
            ("/auth/users/me/", "get", "200 304 401 429 500 503"),
            ("/movies/{id}/", "get", "200 304 400 401 404 429 500 503"),
            ("/movies/{id}/rate/", "put", "200 201 400 401 404 413 415 429 500 503"),
            ("/movies/{id}/remove_rating/", "delete", "200 400 401 404 429 500 503"),
            ("/health/ready/", "get", "200 304 500 503"),
            ("/docs/", "get", "200 304 500"),
        ],
    )
    def test_errors_follow_from_what_an_operation_is(self, document, path, method, statuses):
        assert list(document["paths"][path][method]["responses"]) == statuses.split()

    def test_a_declared_answer_wins_over_a_derived_one(self, document):
        content = document["paths"]["/health/ready/"]["get"]["responses"]["503"]["content"]
        assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Ready"}

    def test_schemas_are_named_after_their_classes(self, document):
        schemas = document["components"]["schemas"]
        assert {"Movie", "MoviePage", "MovieDetails", "Profile", "Rating", "InvalidRequest", "Detail"} <= set(schemas)
        assert schemas["MoviePage"]["properties"]["results"]["items"] == {"$ref": "#/components/schemas/Movie"}

    def test_every_field_of_an_answer_is_always_there(self, document):
        bodies = {name for name in document["components"]["schemas"] if name.endswith("Body")}
        for name, schema in document["components"]["schemas"].items():
            if name not in bodies and "properties" in schema:
                # The one that depends on a setting.
                always = [field for field in schema["properties"] if (name, field) != ("Refresh", "refresh")]
                assert schema["required"] == always, name

    def test_headers_are_told_where_they_come(self, document):
        shared = document["components"]["responses"]
        found = document["paths"]["/movies/"]["get"]["responses"]["200"]["headers"]
        assert set(found) == {
            "X-Request-ID",
            "ETag",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "X-Cache",
            "Age",
            "Warning",
        }
        assert "X-Cache" not in document["paths"]["/genres/"]["get"]["responses"]["200"]["headers"]
        assert set(document["paths"]["/health/live/"]["get"]["responses"]["200"]["headers"]) == {
            "X-Request-ID",
            "ETag",
        }
        assert "Retry-After" in shared["Throttled"]["headers"]
        assert "Retry-After" in shared["Unavailable"]["headers"]
        assert "WWW-Authenticate" in shared["Unauthorized"]["headers"]

    def test_an_answer_may_have_other_media_types(self, document):
        paths = document["paths"]
        assert set(paths["/"]["get"]["responses"]["200"]["content"]) == {"application/json", "text/html"}
        assert set(paths["/docs/"]["get"]["responses"]["200"]["content"]) == {"text/html"}

    def test_one_without_a_body_has_no_content(self):
        document = build(with_get(make_service(), answers={204: None}))
        assert "content" not in document["paths"]["/things/"]["get"]["responses"]["204"]


class TestSecurity:
    def test_a_token_is_needed_optional_or_not_looked_at(self, document):
        paths = document["paths"]
        assert paths["/auth/users/me/"]["get"]["security"] == [{"bearerAuth": []}]
        assert paths["/movies/"]["get"]["security"] == [{}, {"bearerAuth": []}]
        assert "security" not in paths["/auth/token/"]["post"]
        assert document["components"]["securitySchemes"]["bearerAuth"]["scheme"] == "bearer"


class TestWords:
    def test_a_docstrings_first_paragraph_is_the_summary(self):
        def list_things(request):
            """Things,
            all of them.

            And more about them.
            """

        operation = build(with_get(make_service(), list_things))["paths"]["/things/"]["get"]
        assert operation["summary"] == "Things, all of them."
        assert operation["description"] == "And more about them."

    def test_every_operation_has_a_summary(self, document):
        assert all(operation["summary"].endswith(".") for _, _, operation in operations(document))


class TestWhatCantBeDescribed:
    def test_two_classes_of_one_name_are_refused(self):
        def schema(field):
            return type("ThingAnswer", (colander.MappingSchema,), {field: answers.text()})()

        one = with_get(make_service(), answers={200: schema("a")})
        other = with_get(make_service("others", "/others/"), answers={200: schema("b")})
        with pytest.raises(ValueError, match="'Thing'"):
            build(one, other)

    def test_an_unknown_type_stops_the_start(self, make_app):
        price = colander.SchemaNode(colander.Money(), name="price")
        with pytest.raises(TypeError, match="Money"):
            make_app(with_get(make_service(), answers={200: price}))


def test_a_nested_object_that_may_be_null_says_so():
    class PartAnswer(colander.MappingSchema):
        name = answers.text()

    class WholeAnswer(colander.MappingSchema):
        part = PartAnswer(nullable=True)

    document = build(with_get(make_service(), answers={200: WholeAnswer()}))
    part = document["components"]["schemas"]["Whole"]["properties"]["part"]
    assert part == {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]}
    validate(document)


def test_views_of_one_name_are_told_apart_by_service_and_method():
    document = build(with_get(make_service()), with_get(make_service("others", "/others/")))
    assert [it["operationId"] for _, _, it in operations(document)] == ["things_get", "others_get"]


def test_a_body_schema_of_a_plugin_is_described():
    class Body(colander.MappingSchema):
        name = required(Text())

    class Request(colander.MappingSchema):
        body = Body()

    service = make_service()
    service.post(schema=Request())(lambda request: None)
    document = build(service)
    assert document["components"]["schemas"]["Body"]["required"] == ["name"]


class TestExamples:
    def test_every_json_body_has_one_that_fits(self, document):
        components = {"components": document["components"]}
        found = 0
        for content in contents(document):
            if "example" not in content:
                continue
            found += 1
            schema = content["schema"] | components
            assert [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])] == []
        assert found > 40

    def test_each_error_shows_its_own_sentence(self, document):
        responses = document["components"]["responses"]
        assert responses["Forbidden"]["content"]["application/json"]["example"] == {
            "detail": "You do not have permission to perform this action."
        }
        assert len({json.dumps(content["example"]) for it in responses.values() for content in contents(it)}) == 9


def contents(node):
    """The media types of all bodies and answers below `node`."""
    if not isinstance(node, dict):
        return
    for name, below in node.items():
        if name == "content":
            yield from (content for media_type, content in below.items() if media_type == "application/json")
        else:
            yield from contents(below)
