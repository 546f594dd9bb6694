import click
import pytest

from moviecatalog.cli.granian_settings import server_settings


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ({"threads": "many"}, "threads = many won't do: it must be a whole number from 1 to 1024"),
        ({"worker": "4"}, "there is no line 'worker'; did you mean 'workers'?"),
        ({"listen": "127.0.0.1:1 127.0.0.2:1"}, "it must be one host and port"),
        ({"listen": "8000"}, "it must be one host and port"),
        ({"listen": "127.0.0.1:99999"}, "it must be one host and port"),
        ({"listen": "nowhere.invalid:80"}, "the host 'nowhere.invalid' is not known here"),
    ],
)
def test_a_line_that_will_not_do_is_one_sentence(lines, reason):
    with pytest.raises(click.ClickException) as caught:
        server_settings(lines)
    assert caught.value.message.startswith("[server:main] can't be used: ")
    assert reason in caught.value.message


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ({}, "http://localhost:8000/api/"),
        ({"listen": "localhost:81"}, "http://localhost:81/api/"),
        ({"listen": "0.0.0.0:81"}, "http://0.0.0.0:81/api/"),
        ({"listen": "[::]:81"}, "http://[::]:81/api/"),
        ({"host": "127.0.0.1", "port": "81"}, "http://localhost:81/api/"),
    ],
)
def test_an_address_is_told_as_a_url(lines, address):
    assert str(server_settings(lines).listen) == address
