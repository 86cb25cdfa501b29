"""Messages of interactions: the original response and follow-ups (…/interactions/receiving-and-responding)."""

from bots.playground.discord.entities import Message, MessageFlag, MessageType, Reference
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.message import Source, read_draft, read_revision
from bots.playground.discord.interactions import Interaction
from bots.playground.discord.mentions import USERS_ONLY
from bots.playground.discord.rest.call import Answer, Call
from bots.playground.discord.world import Draft

DEFERRED = 5
# …/receiving-and-responding, "Followup Messages": where only a person has installed the application.
FOLLOW_UPS_OF_USER_INSTALLS = 5


def source(call: Call, interaction: Interaction, root: str = "") -> Source:
    """Interactions mention users only, unless they say otherwise, and may be ephemeral."""
    next_id = call.state.world.snowflakes.next
    return Source(call.uploads, interaction.channel, next_id, USERS_ONLY, may_be_ephemeral=True, root=root)


def interaction_of(call: Call) -> Interaction:
    """The interaction of the token: 50027 after 15 minutes, 10015 for an unknown one or one without an answer yet."""
    interaction = call.state.interactions.by_token(call.path["token"])
    if interaction is None:
        raise Refusal(50027 if call.id("webhook") == call.state.world.application_id else 10015)
    return interaction


def post(call: Call, interaction: Interaction, draft: Draft) -> Message:
    """Post an answer to an interaction; an ephemeral one is seen only by the person who acted."""
    draft.origin = interaction.origin
    draft.application_id = call.state.world.application_id
    draft.webhook_id = call.state.world.application_id
    draft.nonce = None
    if draft.flags & MessageFlag.EPHEMERAL:
        draft.ephemeral_for = interaction.user.id
    _choose_type(interaction, draft)
    return call.state.world.post(interaction.channel, call.bot, draft)


def _choose_type(interaction: Interaction, draft: Draft) -> None:
    if interaction.response is not None:
        draft.type = MessageType.REPLY
        draft.reference = Reference(0, interaction.response.id, interaction.channel.id, interaction.channel.guild_id)
    elif interaction.type == 2 and interaction.data.get("type") == 1:
        draft.type = MessageType.CHAT_INPUT_COMMAND
    elif interaction.type == 2:
        draft.type = MessageType.CONTEXT_MENU_COMMAND
    elif interaction.message is not None:
        draft.type = MessageType.REPLY
        draft.reference = Reference(0, interaction.message.id, interaction.channel.id, interaction.channel.guild_id)


def follow_up(call: Call) -> Answer:
    """…/receiving-and-responding, "Create Followup Message": the first one after a deferred response edits that one."""
    interaction = interaction_of(call)
    original = interaction.response
    if original and original.flags & MessageFlag.LOADING and interaction.response_type == DEFERRED:
        return Answer(call.renderer.message(_finish(call, interaction, original)))
    if interaction.installed_by_user and interaction.follow_ups >= FOLLOW_UPS_OF_USER_INSTALLS:
        raise Refusal(40094)
    message = post(call, interaction, read_draft(call.body, source(call, interaction)))
    if message.origin and original:
        message.origin.original_response_id = original.id
    interaction.follow_ups += 1
    return Answer(call.renderer.message(message))


def _finish(call: Call, interaction: Interaction, message: Message) -> Message:
    revision = read_revision(call.body, message, source(call, interaction))
    revision.flags = (message.flags if revision.flags is None else revision.flags) & ~MessageFlag.LOADING
    was_loading = message.flags & MessageFlag.LOADING
    message.flags &= ~MessageFlag.LOADING
    edited = call.state.world.edit(message, revision)
    if was_loading:
        edited.edits -= 1
    return edited


def _message(call: Call) -> tuple[Interaction, Message]:
    """`@original` is the answer or, after a deferred update, the message with the component; others were sent with this
    very token (…, "Followup Messages"). 10008 for all else.
    """
    interaction = interaction_of(call)
    if call.path["message"] == "@original":
        found = interaction.response or (interaction.message if interaction.response_type in (6, 7) else None)
    else:
        found = interaction.channel.messages.get(call.id("message"))
        if found and (found.origin is None or found.origin.id != interaction.id):
            found = None
    if found is None or found.id not in found.channel.messages:
        raise Refusal(10008)
    return interaction, found


def one(call: Call) -> Answer:
    """…/interactions/receiving-and-responding, "Get Original Interaction Response" and "Get Followup Message"."""
    return Answer(call.renderer.message(_message(call)[1]))


def edit(call: Call) -> Answer:
    """…/interactions/receiving-and-responding, "Edit Original Interaction Response" and "Edit Followup Message"."""
    interaction, message = _message(call)
    return Answer(call.renderer.message(_finish(call, interaction, message)))


def delete(call: Call) -> Answer:
    """…/interactions/receiving-and-responding, "Delete Original Interaction Response" and "Delete Followup Message"."""
    _, message = _message(call)
    call.state.world.delete(message.channel, [message])
    return Answer()
