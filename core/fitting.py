"""Checks a configuration file as a whole, as the forms check what people enter: everything is told at once."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from core import access, caps, fields, texts
from core.bundle import (
    UNTOLD,
    AccessTable,
    Bundle,
    CapTable,
    ChannelTable,
    ListedTable,
    ManagerTable,
    PersonaTable,
    ServerTable,
    WorkspaceTable,
)
from core.configurations import CheckModel
from core.errors import BadBundle
from core.tools.servers import NAME
from storage.configurations import Configuration
from storage.personas import PersonaFields
from storage.problems import NotPossible
from storage.words import Platform

T = TypeVar("T")

# Slack's channels begin with C, G or D; Discord's are snowflakes.
CHANNEL_ID = {Platform.SLACK: re.compile(r"[CGD][A-Z0-9]{6,}"), Platform.DISCORD: re.compile(r"\d{15,20}")}


class Check:
    """Gathers what is wrong while it goes on, beside what is known to be wrong already."""

    def __init__(self, configuration: Configuration, check_model: CheckModel, problems: Iterable[str] = ()) -> None:
        self.configuration = configuration
        self.problems = list(problems)
        self._check_model = check_model

    def trying(self, where: str, make: Callable[[], T], otherwise: T) -> T:
        """What is made; when it cannot be, the problem is noted."""
        try:
            return make()
        except NotPossible as error:
            self.problems += [f"{where}: {problem.sentence}" for problem in error.problems]
            return otherwise

    def model(self, where: str, given: str, before: str) -> str:
        """A model that may be chosen, in one spelling; one that is set already may stay."""

        def make() -> str:
            model = fields.model(given)
            return self._check_model(model, self.configuration) if model and model != before else model

        return self.trying(where, make, given)

    def each_once(self, what: str, names: Iterable[str]) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen and name != UNTOLD:
                self.problems.append(f"{what} {name!r} is there twice")
            seen.add(name)


def fit(given: Bundle, now: Bundle, check: Check, *, prune: bool = False) -> Bundle:
    """The file with everything made fit to be kept. Raises BadBundle with all that is wrong with it."""
    workspace = _workspace(check, given.workspace, now.workspace)
    personas = _personas(check, given.persona, now.persona)
    names = {persona.name.casefold(): persona.name for persona in [*(() if prune else now.persona), *personas]}
    channels = _channels(check, given.channel, now.channel, names)
    if check.problems:
        raise BadBundle(check.problems)
    return Bundle(workspace=workspace, persona=personas, channel=channels)


def _workspace(check: Check, given: WorkspaceTable, now: WorkspaceTable) -> WorkspaceTable:
    plain = ("channel_managers", "retention_days", "summaries")
    fit_values: dict[str, Any] = {name: getattr(given, name) for name in plain}
    if given.prompt is not None:
        text = given.prompt
        fit_values["prompt"] = check.trying("workspace", lambda: fields.prompt(text), text) if text.strip() else ""
    if given.timezone is not None:
        zone = given.timezone
        fit_values["timezone"] = check.trying("workspace", lambda: fields.timezone(zone), zone)
    if given.models is not None:
        fit_values["models"] = _models(check, given.models, now.models or [])
    if given.model is not None:
        fit_values["model"] = check.model("workspace", given.model, now.model or "")
    if given.manager is not None:
        fit_values["manager"] = [_manager(check, one) for one in given.manager]
        check.each_once("workspace manager", [one.id for one in given.manager])
    if given.server is not None:
        fit_values["server"] = [_server(check, one) for one in given.server]
        check.each_once("workspace server", [one.name for one in given.server])
    if given.cap is not None:
        fit_values["cap"] = [check.trying("workspace cap", partial(_cap, one), one) for one in given.cap]
        check.each_once("workspace cap", map(_what_it_caps, fit_values["cap"]))
    if given.access is not None:
        fit_values["access"] = _access(check, given.access)
    return WorkspaceTable(**fit_values)


def _access(check: Check, given: AccessTable) -> AccessTable:
    allow, deny = ([_listed(check, one) for one in listed] for listed in (given.allow, given.deny))
    check.each_once("workspace access", [one.id for one in (*allow, *deny)])
    words = check.trying("workspace access", lambda: list(access.fit_words(given.words)), given.words)
    check.trying("workspace access", lambda: access.check_length(len(allow) + len(deny)), None)
    return AccessTable(direct=given.direct, words=words, allow=allow, deny=deny)


def _listed(check: Check, given: ListedTable) -> ListedTable:
    if not given.id.strip():
        check.problems.append(f"workspace access {given.name!r}: id is empty")
    return ListedTable(kind=given.kind, id=given.id.strip(), name=given.name.strip())


def _cap(given: CapTable) -> CapTable:
    return caps.table_of(caps.checked(caps.cap_of(given)))


def _what_it_caps(fitted: CapTable) -> str:
    unit = "tokens" if "token" in fitted.amount else "dollars"
    return " ".join(filter(None, (fitted.reach, fitted.id, "per", fitted.period, "in", unit)))


def _models(check: Check, given: list[str], before: list[str]) -> list[str]:
    """The models that may be chosen, any of those that are offered; what follows in the file is held to them."""
    check.configuration = replace(check.configuration, models=())
    models = [check.model("workspace models", model, model if model in before else "") for model in given]
    models = list(dict.fromkeys(filter(None, models)))
    if given and not models:
        check.problems.append(f"workspace models: {texts.NO_MODEL_NAMED}")
    check.configuration = replace(check.configuration, models=tuple(models))
    return models


def _manager(check: Check, given: ManagerTable) -> ManagerTable:
    if not given.id.strip():
        check.problems.append(f"workspace manager {given.name!r}: id is empty")
    return ManagerTable(kind=given.kind, id=given.id.strip(), name=given.name.strip())


def _server(check: Check, given: ServerTable) -> ServerTable:
    name, parts = given.name.strip(), urlsplit(given.url.strip())
    if not NAME.fullmatch(name):
        check.problems.append(f"workspace server {name!r}: {texts.TOOL_SERVER_NAME}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        check.problems.append(f"workspace server {name!r}: {given.url!r} is not an address")
    return ServerTable(name=name, url=given.url.strip(), asks=given.asks)


def _personas(check: Check, given: list[PersonaTable], now: list[PersonaTable]) -> list[PersonaTable]:
    before = {persona.name.casefold(): persona.model for persona in now}
    fitted = [_persona(check, persona, before.get(persona.name.strip().casefold(), "")) for persona in given]
    check.each_once("persona", [persona.name.casefold() for persona in fitted])
    return fitted


def _persona(check: Check, given: PersonaTable, model_before: str) -> PersonaTable:
    where = f"persona {given.name!r}"
    entered = PersonaFields(**given.model_dump() | {"tools": tuple(given.tools)})
    fitted = check.trying(where, lambda: fields.fit(entered, check.configuration.platform), entered)
    model = check.model(where, fitted.model, model_before)
    return PersonaTable(**asdict(fitted) | {"model": model, "tools": list(fitted.tools)})


def _channels(
    check: Check, given: list[ChannelTable], now: list[ChannelTable], names: dict[str, str]
) -> list[ChannelTable]:
    check.each_once("channel", [channel.id for channel in given])
    before = {channel.id: channel.model for channel in now}
    known = CHANNEL_ID[check.configuration.platform]
    fitted = []
    for channel in given:
        where = f"channel {channel.name or channel.id!r}"
        if channel.id not in (*before, UNTOLD) and not known.fullmatch(channel.id):
            check.problems.append(f"{where}: {channel.id!r} is no channel's id on {check.configuration.platform.value}")
        persona = names.get(channel.persona.strip().casefold(), "")
        if channel.persona.strip() and not persona:
            check.problems.append(f"{where}: there is no persona called {channel.persona!r}")
        model = check.model(where, channel.model, before.get(channel.id, ""))
        fitted.append(channel.model_copy(update={"persona": persona, "model": model}))
    return fitted
