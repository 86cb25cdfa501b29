"""Takes a workspace's whole configuration out as a TOML file, and sets it from one."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, cast

from core import bundle, caps, comparison, fields, fitting
from core.bundle import (
    AccessTable,
    Bundle,
    ChannelTable,
    ListedTable,
    ManagerTable,
    PersonaTable,
    ServerTable,
    WorkspaceTable,
)
from core.comparison import Step
from core.configurations import CheckModel, Configurations, any_model
from core.people import Person
from core.rights import Rights
from storage import access, configurations, personas, tool_servers, transfer, workspaces
from storage import caps as stored_caps
from storage.access import Access, Listed
from storage.configurations import PROMPT_KEY, Configuration, Manager, Voice
from storage.database import Database
from storage.incoming import Place
from storage.personas import PersonaEdit, PersonaFields
from storage.problems import NotPossible
from storage.tool_servers import ServerFields
from storage.transfer import ChannelSettings, Everything, Outdated, Work
from storage.words import Deed, Listening

CHANGED_MEANWHILE = "Somebody changed the configuration at the same moment, so nothing was written: try again."


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does, made for the configuration as it was then."""

    steps: tuple[Step, ...]
    made_for: Configuration


class Transfer:
    """For admins. Raises NotAllowed when the person is none, and PlatformTrouble when the platform does not say."""

    def __init__(self, database: Database, configurations: Configurations, check_model: CheckModel = any_model) -> None:
        self._database = database
        self._check_model = check_model
        self._rights = Rights(configurations)

    async def export(self, by: Person) -> str:
        """The configuration of the person's workspace as a file."""
        await self._rights.must_administer(by)
        everything = await self._read(by)
        named = f"{by.platform.value}:{by.workspace_id}"
        return bundle.written(_brief(present(everything)), f"{everything.name} ({named})" if everything.name else named)

    async def plan(self, by: Person, text: str, *, prune: bool = False) -> Plan:
        """What must change so that the workspace is set as the file says; with `prune`, other personas go.

        Raises BadBundle with everything that is wrong with the file. Nothing is changed.
        """
        await self._rights.must_administer(by)
        everything = await self._read(by)
        now = present(everything)
        given, problems = bundle.understood(text)
        check = fitting.Check(everything.configuration, self._check_model, problems)
        wanted = fitting.fit(given, now, check, prune=prune)
        return Plan(tuple(comparison.steps(now, wanted, prune=prune)), everything.configuration)

    async def apply(self, by: Person, plan: Plan) -> None:
        """Do what the plan says, all of it or nothing. Raises NotPossible when something was changed meanwhile."""
        await self._rights.must_administer(by)
        if not plan.steps:
            return
        works = [work(step, by, plan.made_for.workspace_row) for step in plan.steps]
        try:
            await self._database.run(transfer.write, plan.made_for, by.actor, works)
        except Outdated:
            raise NotPossible(CHANGED_MEANWHILE) from None

    async def _read(self, by: Person) -> Everything:
        return await self._database.run(transfer.read, by.platform, by.workspace_id)


def present(everything: Everything) -> Bundle:
    """What is set in a workspace and in each of its channels, as a file would say it."""
    configuration = everything.configuration
    voices = sorted(configuration.personas.values(), key=lambda voice: voice.name.casefold())
    names = {row: voice.name for row, voice in configuration.personas.items()}
    summaries: Any = configuration.summaries or "default"
    return Bundle(
        workspace=WorkspaceTable(
            prompt=configuration.prompt,
            timezone=configuration.timezone,
            summaries=summaries,
            retention_days=configuration.retention_days or 0,
            model=configuration.model,
            models=list(configuration.models),
            channel_managers=configuration.channel_managers,
            server=[ServerTable(name=one.name, url=one.url, asks=one.asks.value) for one in configuration.servers],
            manager=[ManagerTable.model_validate(asdict(manager)) for manager in configuration.managers],
            cap=[caps.table_of(cap) for cap in configuration.caps],
            access=_access(configuration.access),
        ),
        persona=[_persona(voice) for voice in voices],
        channel=[_channel(channel, names) for channel in everything.channels],
    )


def _brief(said: Bundle) -> Bundle:
    """The same without the channels where nothing is set, and without days after which nothing is deleted."""
    days = said.workspace.retention_days or None
    return said.model_copy(
        update={
            "workspace": said.workspace.model_copy(update={"retention_days": days}),
            "channel": [one for one in said.channel if one != ChannelTable(id=one.id, name=one.name)],
        }
    )


def _access(rules: Access) -> AccessTable:
    def tables(listed: tuple[Listed, ...]) -> list[ListedTable]:
        return [ListedTable.model_validate(asdict(one)) for one in listed]

    return AccessTable(
        direct=rules.direct, words=list(rules.words), allow=tables(rules.allowed), deny=tables(rules.denied)
    )


def _persona(voice: Voice) -> PersonaTable:
    said = asdict(voice) | {"tools": list(voice.tools)}
    return PersonaTable(**{field: said[field] for field in PersonaTable.model_fields})


def _channel(channel: ChannelSettings, names: dict[int, str]) -> ChannelTable:
    persona = names.get(channel.persona, "") if channel.persona is not None else ""
    return ChannelTable(
        id=channel.id, name=channel.name, persona=persona, model=channel.model, listening=channel.listening.value
    )


def work(step: Step, by: Person, row: int) -> Work:
    """A step as a function of the session that it is done in."""
    match step.deed:
        case Deed.PERSONA_CREATE | Deed.PERSONA_EDIT | Deed.PERSONA_DELETE:
            return _on_persona(step, by, row)
        case Deed.PERSONA_ASSIGN | Deed.PERSONA_CLEAR | Deed.LISTEN | Deed.MODEL_CHANNEL:
            return _on_channel(step, by)
        case Deed.ACCESS_ALLOW | Deed.ACCESS_DENY | Deed.ACCESS_LIFT | Deed.ACCESS_DIRECT | Deed.ACCESS_WORDS:
            return _on_access(step, by, row)
        case _:
            return _on_workspace(step, by, row)


def _on_access(step: Step, by: Person, row: int) -> Work:
    """One step further, from what the steps before it have made of it."""
    table: ListedTable | None = None
    if step.deed not in (Deed.ACCESS_DIRECT, Deed.ACCESS_WORDS):
        table = step.wanted or step.now
    subject = table.name or table.id if table else ""
    return lambda session: access.change(
        session, row, by.actor, step.deed, subject, _with(access.read(session, row), step, table)
    )


def _with(rules: Access, step: Step, table: ListedTable | None) -> Access:
    if step.deed is Deed.ACCESS_DIRECT:
        return replace(rules, direct=step.wanted.direct)
    if table is None:
        return replace(rules, words=tuple(step.wanted.words))
    one = Listed(table.kind, table.id, table.name)
    rules = rules.without(one.kind, one.id)
    if step.deed is Deed.ACCESS_ALLOW:
        return replace(rules, allowed=(*rules.allowed, one))
    if step.deed is Deed.ACCESS_DENY:
        return replace(rules, denied=(*rules.denied, one))
    return rules


def _on_persona(step: Step, by: Person, row: int) -> Work:
    if step.deed is Deed.PERSONA_DELETE:
        return lambda session: personas.delete(session, row, by.actor, step.now.name)
    said = step.wanted.model_dump() | {"tools": tuple(step.wanted.tools)}
    if step.deed is Deed.PERSONA_CREATE:
        return lambda session: personas.create(session, row, by.actor, PersonaFields(**said))
    return lambda session: personas.edit(session, row, by.actor, step.now.name, cast(PersonaEdit, said))


def _on_channel(step: Step, by: Person) -> Work:
    wanted: ChannelTable = step.wanted
    place = Place(
        platform=by.platform,
        workspace_id=by.workspace_id,
        channel_id=wanted.id,
        channel_name=step.now.name or wanted.name,
    )
    change = partial(workspaces.change_channel, place=place, actor=by.actor, deed=step.deed)
    match step.deed:
        case Deed.PERSONA_ASSIGN:
            return lambda session: personas.assign(session, place, by.actor, wanted.persona)
        case Deed.PERSONA_CLEAR:
            return lambda session: personas.clear(session, place, by.actor)
        case Deed.LISTEN:
            return lambda session: change(session, column="listening", value=Listening(wanted.listening).value)
        case _:
            return lambda session: change(session, column="model", value=wanted.model)


def _on_workspace(step: Step, by: Person, row: int) -> Work:
    change: Callable[..., Any] = partial(workspaces.change, workspace_id=row, actor=by.actor, deed=step.deed)
    wanted: Any = step.wanted
    match step.deed:
        case Deed.MANAGERS_ADD:
            named = Manager(wanted.kind, wanted.id, wanted.name)
            return lambda session: configurations.add_manager(session, row, by.actor, named)
        case Deed.MANAGERS_REMOVE:
            return lambda session: configurations.remove_manager(session, row, by.actor, step.now.kind, step.now.id)
        case Deed.CAP_SET:
            return lambda session: stored_caps.put(session, row, by.actor, caps.cap_of(wanted))
        case Deed.CAP_REMOVE:
            return lambda session: stored_caps.remove(session, row, by.actor, caps.cap_of(step.now))
        case Deed.TOOLS_SET:
            brought = ServerFields(name=wanted.name, url=wanted.url, asks=wanted.asks)
            return lambda session: tool_servers.keep(session, None, row, by.actor, brought)
        case Deed.TOOLS_REMOVE:
            return lambda session: tool_servers.remove(session, row, by.actor, step.now.name)
        case Deed.MODEL_ALLOWED:
            return lambda session: configurations.set_models(session, row, by.actor, tuple(wanted.models))
        case Deed.PROMPT_SET | Deed.PROMPT_CLEAR:
            return lambda session: change(session, column="prompt", value=wanted.prompt, subject_key=PROMPT_KEY)
        case Deed.MODEL_DEFAULT:
            return lambda session: change(session, column="model", value=wanted.model)
        case Deed.MANAGERS_CHANNELS:
            return lambda session: change(session, column="channel_managers", value=wanted.channel_managers)
        case Deed.TIMEZONE:
            return lambda session: change(session, column="timezone", value=wanted.timezone)
        case Deed.SUMMARIES:
            return lambda session: change(session, column="summaries", value=fields.summaries(wanted.summaries))
        case Deed.RETENTION:
            return lambda session: change(session, column="retention_days", value=wanted.retention_days or None)
    raise ValueError(f"{step.deed} is no deed of an import")
