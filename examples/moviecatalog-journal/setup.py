from setuptools import setup

setup(
    name="moviecatalog-journal",
    version="1.0",
    description="A storage in a journal of JSON lines for moviecatalog",
    python_requires=">=3.11",
    packages=["moviecatalog_journal"],
    install_requires=["cattrs>=23.2", "moviecatalog", "orjson"],
    entry_points={"moviecatalog.storages": ["journal = moviecatalog_journal"]},
)
