"""Times of a client alone."""

from benchmarks.lone import Times, by_turns


class Answering:
    """A client whose answers take so many seconds, in turn."""

    def __init__(self, *seconds):
        self.asked = []
        self._left = list(seconds)

    def timed(self, path):
        self.asked.append(path)
        taken = self._left.pop(0)
        return taken, taken > 1


def test_times_are_in_milliseconds_from_the_shortest_to_the_longest():
    times = Times.of([(0.001 * number, False) for number in range(200, 0, -1)])
    assert (times.count, times.refused, times.longest) == (200, 0, 200)
    assert times.p50 == 100.5
    assert times.p99 == 198


def test_clients_ask_by_turns_each_for_its_own():
    few, many = Answering(0.001, 0.002), Answering(0.01, 2.0)
    times = by_turns({"few": (few, "/few/{}".format), "many": (many, "/many/{}".format)}, range(2), seconds=60)
    assert few.asked == ["/few/0", "/few/1"]
    assert many.asked == ["/many/0", "/many/1"]
    assert (times["few"].refused, times["many"].refused) == (0, 1)


def test_when_the_time_is_up_the_turn_is_finished_and_no_other_begun():
    first, second = Answering(0.0, 0.0), Answering(0.0, 0.0)
    times = by_turns({"first": (first, str), "second": (second, str)}, range(2), seconds=-1)
    assert (times["first"].count, times["second"].count) == (1, 1)
