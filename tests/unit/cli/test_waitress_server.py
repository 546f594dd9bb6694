import pytest
from waitress.server import create_server

from moviecatalog.cli.waitress_server import addresses


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"listen": "127.0.0.1:{port}"}, "http://localhost:{port}/api/"),
        ({"listen": "127.0.0.1:{port} 127.0.0.2:{port}"}, "http://localhost:{port}/api/"),
        ({"listen": "0.0.0.0:{port}"}, "http://0.0.0.0:{port}/api/"),
        ({"unix_socket": "{directory}/catalogue.sock"}, "the socket {directory}/catalogue.sock"),
    ],
)
def test_each_address_is_told_once(settings, address, port, tmp_path):
    values = {"port": port, "directory": tmp_path}
    server = create_server(object(), **{name: value.format(**values) for name, value in settings.items()})
    try:
        assert list(addresses(server)) == [address.format(**values)]
    finally:
        server.close()
        server.task_dispatcher.shutdown()
