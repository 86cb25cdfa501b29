"""Which models there are, which of them people may choose, and which one answers."""

from dataclasses import replace
from pathlib import Path

import structlog

from core import catalogue, texts
from core.corrections import Learned
from core.endpoints import DEFAULT, OWN, Capabilities, Endpoint, EndpointKind, Model, guessed
from core.errors import Fault
from core.faults import trouble
from core.settings import Settings
from core.settings.fields import listed, parts
from core.tokens import Gauge
from core.vocabularies import Vocabularies
from storage.configurations import Configuration, OwnEndpoint
from storage.encrypted import Unreadable, Vault
from storage.problems import NotPossible

log = structlog.get_logger()


class Models:
    """The operator's endpoints, and beside them the one that a workspace has brought along.

    A model is chosen by `endpoint/model`; those of the first endpoint by their name alone. What may be chosen is what
    the operator offers, and of that what the workspace allows. At its own endpoint a workspace may choose any model.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._vault = vault_of(settings)
        self._endpoints = {endpoint.name: endpoint for endpoint in endpoints(settings)}
        self._default_ref = self._at_ref(DEFAULT, settings.openai_model)
        named = [self._canonical(ref) for ref in parts(settings.models)]
        self._offered = tuple(dict.fromkeys([self._default_ref, *(named or self._all())]))
        self.learned = Learned()
        self.gauge = Gauge()
        self._vocabularies = Vocabularies(settings.tiktoken_cache_dir)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The operator's, the first one first."""
        return tuple(self._endpoints.values())

    def offered(self, configuration: Configuration | None = None) -> tuple[str, ...]:
        """What may be chosen in a workspace (or anywhere), as people write it."""
        if configuration is None:
            return self._offered
        allowed = {self._canonical(ref) for ref in configuration.models}
        refs = tuple(ref for ref in self._offered if not allowed or ref in allowed)
        own = configuration.endpoint
        return (*refs, f"{OWN}/{own.model}") if own is not None and self._allows_own and own.model else refs

    def check(self, ref: str, configuration: Configuration) -> str:
        """The model's name in one spelling. Raises NotPossible when it may not be chosen in this workspace."""
        canonical = self._canonical(ref)
        if self._is_own(canonical) and canonical != f"{OWN}/":
            if configuration.endpoint is None or not self._allows_own:
                raise NotPossible(texts.NO_OWN_ENDPOINT, "model")
            return canonical
        offered = self.offered(configuration)
        if canonical not in offered:
            raise NotPossible(texts.model_not_offered(ref, offered), "model")
        return canonical

    def resolve(self, ref: str, configuration: Configuration | None = None) -> Model:
        """The model of this name. Raises LookupError when it may not be used, ModelTrouble when its key is lost."""
        canonical = self._canonical(ref)
        if self._is_own(canonical):
            if configuration is None or configuration.endpoint is None or not self._allows_own:
                raise LookupError(f"{ref!r} is at an endpoint that is not there")
            return self._model(self._own(configuration.workspace_row, configuration.endpoint), canonical)
        if canonical not in self.offered(configuration):
            raise LookupError(f"{ref!r} may not be used")
        return self._at(canonical)

    def choose(self, configuration: Configuration | None = None, *, channel: str = "", persona: str = "") -> Model:
        """The model that answers: the channel's, persona's, workspace's, that of its own endpoint, or the first.

        A choice that may not be used any more is passed over. Raises ModelTrouble when the key of a workspace's own
        endpoint is lost.
        """
        workspace = configuration.model if configuration is not None else ""
        for source, ref in (("channel", channel), ("persona", persona), ("workspace", workspace)):
            if not ref:
                continue
            try:
                return self.resolve(ref, configuration)
            except LookupError:
                log.warning("model.not_allowed", model=ref, chosen_by=source)
        if configuration is not None and configuration.endpoint is not None and self._allows_own:
            own = configuration.endpoint
            if own.model:
                return self._model(self._own(configuration.workspace_row, own), f"{OWN}/{own.model}")
        return self._at(self._default_of(configuration))

    def fallback(self, failed: Model) -> Model | None:
        """The model to ask in place of one that failed. None when there is no other.

        What was to go to a workspace's own endpoint goes nowhere else.
        """
        ref = self._settings.fallback_model
        if not ref or failed.endpoint.owned_by is not None:
            return None
        model = self._at(self._canonical(ref))
        return None if model.ref == failed.ref else model

    def refreshed(self, model: Model) -> Model:
        """The model with what has been learned of it since."""
        model = replace(model, count=self._vocabularies.count(model.endpoint, model.name))
        capabilities, measured = self.learned.of(model.endpoint, model.name), self.gauge.of(model.identity)
        return replace(model, capabilities=capabilities, measured=measured)

    def load_vocabularies(self) -> None:
        """Have tokens of the models that may be chosen counted from now on, where that can be; slow, for a thread."""
        refs = filter(None, (*self._offered, self._canonical(self._settings.fallback_model)))
        self._vocabularies.load([self._at(ref) for ref in refs])

    @property
    def _allows_own(self) -> bool:
        return self._settings.own_endpoints != "off"

    def _default_of(self, configuration: Configuration | None) -> str:
        """The operator's first model, unless a workspace does not allow it."""
        offered = self.offered(configuration)
        return self._default_ref if self._default_ref in offered or not offered else offered[0]

    def _all(self) -> tuple[str, ...]:
        refs = [self._at_ref(endpoint.name, model) for endpoint in self.endpoints for model in endpoint.models]
        return tuple(dict.fromkeys(refs))

    def _canonical(self, ref: str) -> str:
        """`default/model` is `model`, unless that would name another endpoint."""
        name, slash, model = ref.strip().partition("/")
        return self._at_ref(DEFAULT, model) if slash and name == DEFAULT else ref.strip()

    def _at_ref(self, endpoint: str, model: str) -> str:
        if endpoint != DEFAULT:
            return f"{endpoint}/{model}"
        first = model.partition("/")[0]
        return f"{DEFAULT}/{model}" if "/" in model and (first in self._endpoints or first == OWN) else model

    def _is_own(self, canonical: str) -> bool:
        return canonical.startswith(f"{OWN}/")

    def _at(self, canonical: str) -> Model:
        name = canonical.partition("/")[0]
        endpoint = self._endpoints.get(name) if "/" in canonical else None
        return self._model(endpoint or self._endpoints[DEFAULT], canonical)

    def _model(self, endpoint: Endpoint, canonical: str) -> Model:
        name = canonical.removeprefix(f"{endpoint.name}/")
        return self.refreshed(Model(endpoint, name, Capabilities()))

    def _own(self, workspace_row: int, own: OwnEndpoint) -> Endpoint:
        return Endpoint(
            name=OWN,
            kind=EndpointKind(own.kind),
            base_url=own.base_url,
            key=self._unsealed(own.sealed_key),
            models=(own.model,),
            context_tokens=self._settings.context_tokens,
            answer_tokens=self._settings.answer_tokens,
            most_tokens=self._settings.most_tokens,
            owned_by=workspace_row,
            must_be_public=self._settings.own_endpoints == "public",
        )

    def _unsealed(self, sealed: str) -> str:
        if not sealed:
            return ""
        if self._vault is None:
            raise trouble(Fault.UNREADABLE_KEY, "no_encryption_keys")
        try:
            return self._vault.unseal(sealed)
        except Unreadable:
            raise trouble(Fault.UNREADABLE_KEY, "encrypted_with_another_key") from None


def vault_of(settings: Settings) -> Vault | None:
    """What keys of workspaces are kept in; None when the operator has given no encryption keys."""
    keys = listed(settings.encryption_keys)
    return Vault(keys) if keys else None


def endpoints(settings: Settings) -> list[Endpoint]:
    """The first endpoint, and those of the file."""
    seeing = {"on": {"vision": True}, "off": {"vision": False}}
    first = Endpoint(
        name=DEFAULT,
        kind=EndpointKind(settings.openai_kind or guessed(settings.openai_base_url)),
        base_url=settings.openai_base_url,
        key=settings.openai_api_key.get_secret_value(),
        models=(settings.openai_model,),
        context_tokens=settings.context_tokens,
        answer_tokens=settings.answer_tokens,
        most_tokens=settings.most_tokens,
        encoding=settings.encoding,
        corrections=seeing.get(settings.vision, {}),
    )
    entries = catalogue.read(Path(settings.endpoints)) if settings.endpoints else {}
    window = settings.context_tokens, settings.answer_tokens
    return [first, *(catalogue.endpoint(name, entry, *window) for name, entry in entries.items())]
