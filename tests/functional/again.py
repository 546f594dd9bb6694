"""Asks for each cached answer twice more: the second time it comes out of the cache, the third time by the hot path."""

WHAT_MAY_DIFFER = {"X-Cache", "X-Request-ID", "Age", "Warning"}


def asked_again(app):
    """The same `webtest.TestApp`, which fails a test where somebody who asks again is told anything else."""
    send = app.do_request

    def asked(request, *args, **kwargs):
        answer = send(request, *args, **kwargs)
        if request.method == "GET" and answer.status_int == 200 and _is_told_by_the_cache(answer):
            for _ in range(2):
                again = send(request.copy(), *args, **kwargs)
                assert _told(again) == _told(answer), f"{request.path_qs} is answered differently when asked again"
        return answer

    app.do_request = asked
    return app


def _is_told_by_the_cache(answer):
    """Where requests are counted another one would be a request too many."""
    return "X-Cache" in answer.headers and "X-RateLimit-Limit" not in answer.headers


def _told(answer):
    headers = sorted((name, value) for name, value in answer.headerlist if name not in WHAT_MAY_DIFFER)
    return answer.status, headers, answer.body
