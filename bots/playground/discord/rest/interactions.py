"""The callback that answers an interaction (discord.com/developers/docs/interactions/receiving-and-responding)."""

from typing import Any

from bots.playground.discord.entities import Message, MessageFlag
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms import commands as command_form
from bots.playground.discord.forms.form import Form
from bots.playground.discord.forms.message import read_draft, read_revision
from bots.playground.discord.forms.modals import read_modal
from bots.playground.discord.interactions import Interaction, Modal
from bots.playground.discord.rest.call import Answer, Call, Route
from bots.playground.discord.rest.interaction_messages import post, source
from bots.playground.discord.world import Draft

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5


def _allowed_types(interaction: Interaction) -> tuple[int, ...]:
    """What may answer which interaction ("Interaction Callback Type")."""
    if interaction.type == AUTOCOMPLETE:
        return (CHOICES,)
    allowed: tuple[int, ...] = (MESSAGE, DEFERRED)
    if interaction.type != SUBMIT:
        allowed += (MODAL,)
    if interaction.message is not None and interaction.type in (COMPONENT, SUBMIT):
        allowed += (DEFERRED_UPDATE, UPDATE)
    return allowed


def callback(call: Call) -> Answer:
    """…/receiving-and-responding, "Create Interaction Response": once (40060), within three seconds (10062)."""
    interactions = call.state.interactions
    interaction = interactions.to_acknowledge(call.id("interaction"), call.path["token"])
    form = Form()
    kind = form.choice("type", call.body.get("type", 0), _allowed_types(interaction))
    data = call.body.get("data") or {}
    if not isinstance(data, dict):
        form.wrong("data", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    form.done()
    message = _respond(call, interaction, kind or 0, data)
    interactions.acknowledge(interaction, kind or 0)
    if call.flag("with_response"):
        return Answer(_response(call, interaction, kind or 0, message))
    return Answer()


def _respond(call: Call, interaction: Interaction, kind: int, data: dict[str, Any]) -> Message | None:
    match kind:
        case 4:
            interaction.response = _first_message(call, interaction, data)
        case 5:
            interaction.response = _loading(call, interaction, data)
        case 7:
            _update(call, interaction, data)
        case 8:
            interaction.choices = _choices(data, _focused(interaction.data.get("options") or []))
        case 9:
            _open_modal(call, interaction, data)
    return interaction.response or (interaction.message if kind in (DEFERRED_UPDATE, UPDATE) else None)


def _first_message(call: Call, interaction: Interaction, data: dict[str, Any]) -> Message:
    draft = read_draft(data, source(call, interaction, "data"))
    interaction.ephemeral = bool(draft.flags & MessageFlag.EPHEMERAL)
    return post(call, interaction, draft)


def _loading(call: Call, interaction: Interaction, data: dict[str, Any]) -> Message:
    """The person sees "… is thinking"; whether it is ephemeral is decided now."""
    form = Form()
    ephemeral = (form.number("data.flags", data.get("flags"), 0) or 0) & MessageFlag.EPHEMERAL
    form.done()
    interaction.ephemeral = bool(ephemeral)
    return post(call, interaction, Draft(flags=int(MessageFlag.LOADING | ephemeral)))


def _update(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    if interaction.message is None or interaction.message.id not in interaction.message.channel.messages:
        raise Refusal(10008)
    revision = read_revision(data, interaction.message, source(call, interaction, "data"))
    call.state.world.edit(interaction.message, revision)


def _focused(options: list[dict[str, Any]]) -> int:
    """The type of the option that a person types in."""
    found = [option["type"] for option in options if option.get("focused")]
    return found[0] if found else next((_focused(option["options"]) for option in options if option.get("options")), 0)


def _choices(data: dict[str, Any], kind: int) -> list[dict[str, Any]]:
    """At most 25 choices of up to 100 characters, with values of the option's kind ("Autocomplete")."""
    form = Form("data")
    choices = form.objects("choices", data.get("choices"), 25)
    for index, choice in enumerate(choices):
        form.text(f"choices.{index}.name", choice.get("name"), 100, shortest=1, required=True)
        command_form.check_value(form, f"choices.{index}.value", choice.get("value"), kind)
    form.done()
    return choices


def _open_modal(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    read_modal(Form("data"), data)
    interaction.modal_id = call.state.world.snowflakes.next()
    modal = Modal(
        interaction.modal_id, interaction.user, interaction, data["title"], data["custom_id"], data["components"]
    )
    call.state.interactions.open_modal(modal)


def _response(call: Call, interaction: Interaction, kind: int, message: Message | None) -> dict[str, Any]:
    """…/interactions/receiving-and-responding, "Interaction Callback Response Object"."""
    about: dict[str, Any] = {"id": str(interaction.id), "type": interaction.type}
    resource: dict[str, Any] = {"type": kind}
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = bool(message.flags & MessageFlag.LOADING)
        about["response_message_ephemeral"] = bool(message.flags & MessageFlag.EPHEMERAL)
    if message is not None and kind in (MESSAGE, UPDATE):
        resource["message"] = call.renderer.message(message)
    return {"interaction": about, "resource": resource}


ROUTES = [Route("POST", "/interactions/{interaction}/{token}/callback", callback, token=True)]
