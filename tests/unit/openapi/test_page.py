import colander
import pytest
from bs4 import BeautifulSoup

from moviecatalog.openapi.curl import command_line
from moviecatalog.openapi.examples import example
from moviecatalog.openapi.fields import bounds, kind, prose
from moviecatalog.schemas import answers
from moviecatalog.views.service import Service


@pytest.fixture(scope="module")
def answer(app):
    return app.get("/api/docs/plain/")


@pytest.fixture(scope="module")
def page(answer):
    return BeautifulSoup(answer.text, "html.parser")


class TestPage:
    def test_it_shows_every_operation_of_the_document(self, page, document):
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                article = page.find(id=operation["operationId"])
                assert article.h3.get_text(" ", strip=True).replace(" ", "") == f"{method.upper()}{path}"

    def test_it_shows_every_schema_field_by_field(self, page, document):
        for name, schema in document["components"]["schemas"].items():
            shown = [row.th.get_text() for row in page.find(id=f"schema-{name}").find_all("tr")[1:]]
            assert shown == list(schema.get("properties", ["[]"] if "items" in schema else []))

    def test_every_link_within_it_leads_somewhere(self, page):
        targets = [link["href"] for link in page.find_all("a") if link["href"].startswith("#")]
        assert targets
        ids = {element["id"] for element in page.find_all(id=True)}
        assert [target for target in targets if target[1:] not in ids] == []

    def test_an_id_occurs_once(self, page):
        ids = [element["id"] for element in page.find_all(id=True)]
        assert len(ids) == len(set(ids))

    def test_it_links_to_nothing_elsewhere_and_runs_nothing(self, page):
        links = [element[name] for name in ("src", "href") for element in page.find_all(attrs={name: True})]
        assert all(link.startswith(("#", "/api/")) for link in links)
        assert not page.find_all(["script", "style", "iframe", "form"])
        assert not page.find_all(style=True)

    def test_its_policy_allows_its_stylesheet_only(self, answer):
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; ")
        assert "script-src" not in policy
        assert "img-src" not in policy

    def test_its_stylesheet_is_there(self, app, page):
        found = app.get(page.find("link", rel="stylesheet")["href"])
        assert found.headers["Content-Type"] == "text/css; charset=utf-8"
        assert "prefers-color-scheme: dark" in found.text
        assert "url(" not in found.text

    def test_the_sources_attribution_stands_at_its_foot_as_text(self, page):
        assert "Thanks to <the source> & all." in page.footer.get_text()

    def test_it_shows_bounds_and_a_command_line(self, page):
        search = page.find(id="search_movies").get_text()
        assert "1 to 200 characters" in search
        assert 'curl "$API/movies/search/?q=fight"' in search
        assert "-popularity by default" in page.find(id="list_movies").get_text()

    def test_words_of_a_plugin_are_escaped(self, make_app):
        class ThingAnswer(colander.MappingSchema):
            name = answers.text(description="<script>`</code>`", example="</pre><script>")

        def list_things(request):
            """Things & <script>."""

        service = Service("things", "/things/", tag="<b>", counted=False)
        service.get(answers={200: ThingAnswer()})(list_things)
        page = BeautifulSoup(make_app(service).get("/api/docs/plain/").text, "html.parser")
        assert not page.find_all("script")
        assert "Things & <script>." in page.find(id="list_things").get_text()

    def test_the_public_url_is_where_commands_go(self, make_app):
        page = make_app(public_url="https://movies.example").get("/api/docs/plain/").text
        assert "API=https://movies.example/api" in page


class TestCommandLine:
    def command(self, document, method, path):
        return command_line(method.upper(), path, document["paths"][path][method], document)

    def test_a_get_is_bare(self, document):
        assert self.command(document, "get", "/movies/{id}/") == 'curl "$API/movies/1/"'

    def test_a_token_and_a_body_are_sent_where_they_are_needed(self, document):
        assert self.command(document, "post", "/movies/{id}/rate/").splitlines() == [
            'curl -X POST "$API/movies/1/rate/" \\',
            '  -H "Authorization: Bearer $TOKEN" \\',
            '  -H "Content-Type: application/json" \\',
            """  -d '{"rating": 9, "review": "Amazing movie! Highly recommended."}'""",
        ]

    def test_a_quote_in_an_example_does_not_end_the_body(self):
        schema = {"type": "string", "examples": ["it's"]}
        operation = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
        assert command_line("POST", "/", operation, {}).endswith("""-d '"it'"'"'s"'""")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "default": ""}, ""),
        ({"type": "string", "default": "", "examples": ["John"]}, "John"),
        ({"type": "string", "enum": ["day", "week"]}, "day"),
        ({"type": ["string", "null"]}, None),
        ({"type": "integer", "minimum": 0}, 0),
        ({"type": "array", "items": {"type": "boolean"}}, [False]),
        ({"type": "object"}, {}),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, 1.5),
        ({"$ref": "#/components/schemas/Id"}, 7),
    ],
)
def test_there_is_an_example_of_everything(schema, expected):
    document = {"components": {"schemas": {"Id": {"type": "integer", "examples": [7]}}}}
    assert example(schema, document) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["integer", "null"]}, "integer or null"),
        ({"type": "string", "format": "date"}, "string (date)"),
        ({"type": "array", "items": {"$ref": "#/a/Film"}}, 'array of <a href="#schema-Film">Film</a>'),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
    ],
)
def test_a_kind_is_told_in_words(schema, expected):
    assert kind(schema) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 1}, "1 or more"),
        ({"type": "integer", "maximum": 9}, "9 or less"),
        ({"type": "string", "minLength": 1}, "not empty"),
        ({"type": "string", "minLength": 3, "maxLength": 9}, "3 to 9 characters"),
        ({"type": "string", "maxLength": 9}, "9 characters or fewer"),
        ({"type": "array", "items": {"type": "integer", "minimum": 0}}, "0 or more"),
    ],
)
def test_bounds_are_told_in_words(schema, expected):
    assert bounds(schema) == (expected,)


def test_backquotes_make_code_and_nothing_else_makes_anything():
    assert prose("a `b <i>` <c>") == "a <code>b &lt;i&gt;</code> &lt;c&gt;"
