"""What a scrape says, read as Prometheus would."""

from prometheus_client.parser import text_string_to_metric_families
from webtest import TestApp

ON = {"moviecatalog.metrics": "true"}


class Figures:
    """Of one scrape, below `moviecatalog_`."""

    def __init__(self, text):
        self.text = text
        self.samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def of(self, name):
        """The values above 0 of one figure, by the values of its labels in the order of the labels' names."""
        found = {
            tuple(value for _, value in sorted(sample.labels.items())): sample.value
            for sample in self.samples
            if sample.name == f"moviecatalog_{name}" and sample.value
        }
        assert found or any(sample.name == f"moviecatalog_{name}" for sample in self.samples), f"no {name} is told"
        return found

    def requests(self):
        """By method, route and status, but for scrapes."""
        return {labels: value for labels, value in self.of("http_requests_total").items() if labels[1] != "metrics"}


def scrape(api):
    answer = api.app.get("/metrics")
    assert answer.status_code == 200
    return Figures(answer.text)


def unchecked(api):
    """Any method goes through: WebTest's own checks know few."""
    return TestApp(api.app.app, lint=False)
