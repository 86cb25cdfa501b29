"""What the dashboard and the alerts ask of Prometheus, and what a scrape of Parley offers it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import promql_parser
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.house.references import ROOT

DASHBOARD = ROOT / "deploy/grafana-dashboard.json"
ALERTS = ROOT / "deploy/alerts.yml"
# Those that Prometheus itself gives every series, and every target.
OF_PROMETHEUS = {"job", "instance"}
UP = "up"
SUFFIXES = ("", "_bucket", "_sum", "_count")


@dataclass(frozen=True, slots=True)
class Scrape:
    """The names of the series that there may be, and what was seen of their labels."""

    names: frozenset[str]
    labels: dict[str, set[str]] = field(default_factory=dict)
    values: dict[tuple[str, tuple[tuple[str, str], ...]], float] = field(default_factory=dict)

    def value(self, name: str, **labels: str) -> float:
        """The sum of the series of a name that have these labels."""
        wanted = set(labels.items())
        return sum(value for (one, has), value in self.values.items() if one == name and wanted <= set(has))


def read(text: str) -> Scrape:
    names, labels, values = set(), dict[str, set[str]](), {}
    for family in text_string_to_metric_families(text):
        if family.type == "histogram":
            names |= {f"{family.name}{suffix}" for suffix in SUFFIXES[1:]}
        else:
            names.add(family.name + ("_total" if family.type == "counter" else ""))
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
            values[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return Scrape(frozenset(names), labels, values)


def panels() -> Iterator[tuple[str, str]]:
    """Each query of the dashboard, with the title of its panel; Grafana's own variables stand for a time."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], re.sub(r"\$__rate_interval|\$__range", "5m", target["expr"])
    for one in dashboard["annotations"]["list"]:
        yield one["name"], one["expr"]


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def asked(expression: str) -> tuple[set[tuple[str, str]], set[str]]:
    """The series that a query reads, each with a label that it must have (or none), and what it is grouped by."""
    series: set[tuple[str, str]] = set()
    grouped: set[str] = set()
    _walk(promql_parser.parse(expression), series, grouped)
    return series, grouped


def _walk(expression: Any, series: set[tuple[str, str]], grouped: set[str]) -> None:
    if isinstance(expression, promql_parser.VectorSelector):
        name = expression.name or ""
        series.update((name, label) for label in ("", *(one.name for one in expression.matchers.matchers)))
        return
    if isinstance(expression, promql_parser.AggregateExpr) and expression.modifier is not None:
        grouped.update(expression.modifier.labels)
    for name in ("lhs", "rhs", "expr", "args", "vector_selector"):
        below = getattr(expression, name, None)
        for one in below if isinstance(below, list) else [below]:
            if one is not None:
                _walk(one, series, grouped)
