from setuptools import setup

setup(
    name="moviecatalog-dbm",
    version="1.0",
    description="A cache in files for moviecatalog",
    python_requires=">=3.11",
    py_modules=["moviecatalog_dbm"],
    install_requires=["dogpile.cache", "moviecatalog"],
    entry_points={"moviecatalog.caches": ["dbm = moviecatalog_dbm"]},
)
