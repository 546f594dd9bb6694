from setuptools import setup

setup(
    name="moviecatalog-omdb",
    version="1.0",
    description="Films from the OMDb API for moviecatalog",
    python_requires=">=3.11",
    py_modules=["moviecatalog_omdb"],
    install_requires=["moviecatalog", "requests"],
    entry_points={"moviecatalog.sources": ["omdb = moviecatalog_omdb"]},
)
