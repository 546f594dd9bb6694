"""Health as it is answered."""

from __future__ import annotations

import colander

from moviecatalog.schemas import answers


class LiveAnswer(colander.MappingSchema):
    status = answers.text(example="ok")


class PartAnswer(colander.MappingSchema):
    state = answers.text(example="ok", description="`ok`, `failing`, or `misconfigured`, which no waiting mends.")
    milliseconds = answers.number(minimum=0)
    problem = answers.text(
        nullable=True,
        example="TMDB refuses the key: see to moviecatalog.source.tmdb.api_key",
        description="What the operator must see to, where the state is `misconfigured`.",
    )


class PartsAnswer(colander.MappingSchema):
    storage = PartAnswer()
    cache = PartAnswer()
    source = PartAnswer()


class ReadyAnswer(colander.MappingSchema):
    status = answers.text(example="ok", description="`ok`, `degraded` (cache or source fail) or `unavailable`.")
    checks = PartsAnswer()
