"""What the API is measured against."""

from webtest import TestApp

from benchmarks.bare import LIVE, application


def test_each_file_is_a_path_with_its_bytes_as_json(tmp_path):
    (tmp_path / "read0").write_bytes(b'{"count": 1}')
    (tmp_path / "read1").write_bytes(b"[]")
    app = TestApp(application(tmp_path))
    answer = app.get("/read0")
    assert (answer.body, answer.content_type) == (b'{"count": 1}', "application/json")
    assert app.get("/read1").body == b"[]"
    assert app.get(LIVE).status_code == 200
