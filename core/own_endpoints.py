"""A workspace's own model endpoint: who may set it, where it may be, and that its key is never shown again."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core import addresses, fields, texts, wording
from core.configurations import Configurations
from core.endpoints import OWN, EndpointKind, guessed
from core.models import vault_of
from core.people import Person
from core.rights import Rights
from core.settings import Settings
from storage import endpoints, workspaces
from storage.database import Database
from storage.encrypted import Vault
from storage.endpoints import OwnFields
from storage.problems import NotPossible, Problem

URL_LIMIT = 500
KEY_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class OwnShown:
    """What may be shown of a workspace's own endpoint; `has_key` says that there is a key, and nothing of it."""

    kind: EndpointKind
    base_url: str
    model: str
    has_key: bool


class OwnEndpoints:
    """Only admins of a workspace may do any of this: it decides where everything that people say there is sent.

    Each deed raises NotPossible (NotAllowed for others), or PlatformTrouble when the platform does not say who they
    are, and returns one sentence for people.
    """

    def __init__(self, database: Database, configurations: Configurations, settings: Settings) -> None:
        self._database = database
        self._configurations = configurations
        self._where = settings.own_endpoints
        self._vault = vault_of(settings)
        self._rights = Rights(configurations)

    async def shown(self, by: Person) -> OwnShown | None:
        """What is set; None when nothing is."""
        await self._rights.must_administer(by)
        own = (await self._configurations.now(by.workspace)).endpoint
        return OwnShown(EndpointKind(own.kind), own.base_url, own.model, bool(own.sealed_key)) if own else None

    async def to_change(self, by: Person) -> OwnShown | None:
        """What is set, for a form that changes it; nobody types a key where none can be kept."""
        shown = await self.shown(by)
        self._keeper()
        return shown

    async def set(self, by: Person, given: OwnFields) -> str:
        """Bring an endpoint along, or change it; the key stays as it is when none is given and the address stays."""
        await self._rights.must_administer(by)
        vault, fit = self._keeper(), self._fit(given)
        row = await self._database.run(workspaces.workspace, by.platform, by.workspace_id)
        await self._database.run(endpoints.keep, vault, row, by.actor, fit)
        return f"From the next message on, {OWN}/{fit.model} answers in this workspace."

    async def remove(self, by: Person) -> str:
        await self._rights.must_administer(by)
        row = await self._database.run(workspaces.workspace, by.platform, by.workspace_id)
        if not await self._database.run(endpoints.remove, row, by.actor):
            raise NotPossible(texts.NO_OWN_ENDPOINT)
        return "This workspace's own model endpoint and its key are removed."

    def _keeper(self) -> Vault:
        """What keys are kept with. Raises NotPossible where workspaces may not bring endpoints, or no key is kept."""
        if self._where == "off":
            raise NotPossible(texts.OWN_ENDPOINTS_OFF, "base_url")
        if self._vault is None:
            raise NotPossible(texts.OWN_ENDPOINTS_UNKEPT, "key")
        return self._vault

    def _fit(self, given: OwnFields) -> OwnFields:
        """What was entered, made fit to be kept. Raises NotPossible with every problem."""
        base_url, model = wording.clean(given.base_url).strip().rstrip("/"), wording.clean(given.model).strip()
        key = None if given.key is None else given.key.strip()
        told = {
            "kind": "" if given.kind in ("", *EndpointKind) else f"{given.kind!r} is no kind of endpoint that I know.",
            "base_url": self._wrong_address(base_url),
            "key": wrong_key(key or ""),
            "model": "" if model else "Name the model that answers, as its provider spells it.",
        }
        problems = [Problem(field, sentence) for field, sentence in told.items() if sentence]
        if problems:
            raise NotPossible.of(problems)
        kind = given.kind or guessed(base_url).value
        return OwnFields(kind=kind, base_url=base_url, model=fields.model(model), key=key)

    def _wrong_address(self, url: str) -> str:
        if len(url) > URL_LIMIT:
            return f"An address has at most {URL_LIMIT} characters."
        if url.endswith("/chat/completions"):
            return "Leave out /chat/completions: the address ends before it, in /v1 as a rule."
        if self._where == "public":
            return addresses.problem(url)
        return "" if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else "This is not an address."


def wrong_key(key: str) -> str:
    """Why a key cannot be one; empty if it can. It goes into a header, and is never quoted."""
    if len(key) > KEY_LIMIT or not key.isascii() or not key.isprintable() or " " in key:
        return "This does not look like a key: copy it again, without anything around it."
    return ""
