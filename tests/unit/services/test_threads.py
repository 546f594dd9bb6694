import os

from moviecatalog.http.request_id import current_request_id
from moviecatalog.services.threads import Threads


def test_what_is_submitted_sees_the_submitters_request():
    token = current_request_id.set("abc")
    with Threads(1, "test") as threads:
        assert threads.submit(current_request_id.get).result(5) == "abc"
        assert list(threads.map(lambda _: current_request_id.get(), range(2))) == ["abc", "abc"]
    current_request_id.reset(token)


def test_a_process_that_was_forked_off_has_threads_of_its_own():
    with Threads(1, "test") as threads:
        threads.submit(int).result(5)
        child = os.fork()
        if child == 0:
            try:
                os._exit(threads.submit(int).result(5))
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
