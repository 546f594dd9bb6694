"""Whether what a page shows is what came, but for what is another one each time."""

VARYING = {"id", "access", "refresh", "created_at", "updated_at", "jti", "milliseconds", "version", "popularity"}
MORE = "…"


def assert_alike(shown, got, where="it"):
    """In what is shown `…` stands for more: as a field of an object, as the end of a list, as the end of a text."""
    match shown:
        case dict():
            assert isinstance(got, dict), where
            told = {name: it for name, it in shown.items() if name != MORE}
            assert told.keys() == got.keys() if MORE not in shown else told.keys() <= got.keys(), (where, got.keys())
            for name, it in told.items():
                assert_alike(it, got[name], f"{where}.{name}") if name not in VARYING else assert_same_kind(
                    it, got[name]
                )
        case list():
            told = [it for it in shown if it != MORE]
            assert len(told) == len(got) if MORE not in shown else len(told) <= len(got), where
            for number, it in enumerate(told):
                assert_alike(it, got[number], f"{where}[{number}]")
        case str() if shown.endswith(MORE):
            assert got.startswith(shown.removesuffix(MORE)), (where, got)
        case _:
            assert got == shown, (where, got, shown)


def assert_same_kind(shown, got):
    assert type(shown) is type(got), (shown, got)
