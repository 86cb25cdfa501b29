"""Writes plain data as YAML, as much of it as a manifest needs: yaml.org/spec/1.2.2"""

import json
import re
from collections.abc import Iterator
from typing import Any

PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./:-]*(?: [A-Za-z0-9_./-]+)*")
WORDS = ("true", "false", "yes", "no", "on", "off", "null")


def written(data: Any) -> str:
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Any) -> Iterator[str]:
    pairs = data.items() if isinstance(data, dict) else ((None, one) for one in data)
    for name, value in pairs:
        head = "-" if name is None else f"{name}:"
        if not isinstance(value, dict | list):
            yield f"{head} {_scalar(value)}"
            continue
        inner = [f"  {line}" for line in _lines(value)]
        if name is None:
            inner[0] = f"- {inner[0].lstrip()}"
        else:
            yield head
        yield from inner


def _scalar(value: Any) -> str:
    """A text is written as it is only where nothing could take it for something else; JSON's quotes are YAML's too."""
    if isinstance(value, str) and PLAIN.fullmatch(value) and ": " not in value and value.lower() not in WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
