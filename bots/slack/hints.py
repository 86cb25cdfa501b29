"""What whoever asked is told in a direct message when Slack lets no answer be posted where they asked."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from core import texts
from core.errors import PlatformTrouble
from storage.claims import Work

log = structlog.get_logger()

# docs.slack.dev/reference/methods/chat.postMessage: the errors that people can do something about.
HINTS = {
    "not_in_channel": texts.NOT_IN_CHANNEL,
    "channel_not_found": texts.NOT_IN_CHANNEL,
    "is_archived": texts.ARCHIVED,
    "restricted_action": texts.MAY_NOT_POST,
    "restricted_action_read_only_channel": texts.MAY_NOT_POST,
    "restricted_action_thread_only_channel": texts.MAY_NOT_POST,
    "restricted_action_thread_locked": texts.MAY_NOT_POST,
    "restricted_action_non_threadable_channel": texts.MAY_NOT_POST,
    "cannot_reply_to_message": texts.MAY_NOT_POST,
    "ekm_access_denied": texts.MAY_NOT_POST,
}


async def tell(client: AsyncWebClient, work: Work, trouble: PlatformTrouble) -> None:
    """Tell the asker what can be done, if anything can."""
    hint = HINTS.get(trouble.code)
    if hint is None or not work.asker_id.startswith(("U", "W")):
        return
    text = hint.format(channel=f"<#{work.channel_id}>")
    try:
        await web.call(client.chat_postMessage(channel=work.asker_id, text=text, unfurl_links=False))
    except PlatformTrouble as trouble:
        log.info("hint.not_given", reply=work.reply_id, code=trouble.code)
