"""What the API is measured against: a bare Pyramid view that returns the same bytes, on the same server.

    python -m benchmarks.bare PORT WORKERS FOLDER

serves each file of the folder as JSON, by its name.
"""

import sys
from functools import partial
from pathlib import Path

from pyramid.config import Configurator
from pyramid.response import Response

from moviecatalog.cli.granian_server import _server
from moviecatalog.cli.granian_settings import server_settings

LIVE = "/api/health/live/"


def application(folder):
    with Configurator() as config:
        for number, path in enumerate(sorted(folder.iterdir())):
            config.add_route(str(number), f"/{path.name}")
            config.add_view(_view(path.read_bytes()), route_name=str(number))
        config.add_route("live", LIVE)
        config.add_view(_view(b"{}"), route_name="live")
        return config.make_wsgi_app()


def _view(body):
    return lambda _request: Response(body=body, content_type="application/json")


def main(port, workers, folder):
    # The very server that `moviecatalog serve` makes, with another application in it.
    server = _server(server_settings({"listen": f"127.0.0.1:{port}", "workers": workers}), "text")
    server.serve(target_loader=partial(_load, Path(folder)), wrap_loader=False)


def _load(folder):
    return application(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
