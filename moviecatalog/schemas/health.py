"""Health as it is answered."""

from __future__ import annotations

import colander

from moviecatalog.schemas import answers


class LiveAnswer(colander.MappingSchema):
    status = answers.text(example="ok")


class PartAnswer(colander.MappingSchema):
    state = answers.text(example="ok", description="`ok` or `failing`.")
    milliseconds = answers.number(minimum=0)


class PartsAnswer(colander.MappingSchema):
    storage = PartAnswer()
    cache = PartAnswer()
    source = PartAnswer()


class ReadyAnswer(colander.MappingSchema):
    status = answers.text(example="ok", description="`ok`, `degraded` (cache or source fail) or `unavailable`.")
    checks = PartsAnswer()
