"""Checks of embeds (discord.com/developers/docs/resources/message, "Embed Limits")."""

from typing import Any

from bots.playground.discord.forms.form import Form

MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_CHARACTERS = 6_000


def read_embeds(form: Form, value: Any) -> list[dict[str, Any]]:
    """At most ten embeds with 6,000 characters in all."""
    embeds = form.objects("embeds", value, MOST_EMBEDS)
    if sum(_check(form, f"embeds.{index}", embed) for index, embed in enumerate(embeds)) > MOST_CHARACTERS:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_CHARACTERS}")
    return [{**embed, "type": "rich"} for embed in embeds]


def _check(form: Form, path: str, embed: dict[str, Any]) -> int:
    footer = form.object(f"{path}.footer", embed.get("footer"))
    author = form.object(f"{path}.author", embed.get("author"))
    texts = [
        form.text(f"{path}.title", embed.get("title"), 256),
        form.text(f"{path}.description", embed.get("description"), 4096),
        form.text(f"{path}.footer.text", footer.get("text"), 2048),
        form.text(f"{path}.author.name", author.get("name"), 256),
    ]
    for index, field in enumerate(form.objects(f"{path}.fields", embed.get("fields"), MOST_FIELDS)):
        texts.append(form.text(f"{path}.fields.{index}.name", field.get("name"), 256, required=True))
        texts.append(form.text(f"{path}.fields.{index}.value", field.get("value"), 1024, required=True))
    form.number(f"{path}.color", embed.get("color"), 0, 0xFFFFFF)
    _check_url(form, path, embed.get("url"))
    return sum(len(text) for text in texts if text is not None)


def _check_url(form: Form, path: str, url: Any) -> None:
    if isinstance(url, str) and not url.startswith(("http://", "https://")):
        form.wrong(f"{path}.url", "URL_TYPE_INVALID_SCHEME", f'Scheme "{url.split(":")[0]}" is not supported.')
