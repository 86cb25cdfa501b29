"""Checks of embeds (discord.com/developers/docs/resources/message, "Embed Limits")."""

from typing import Any

from bots.playground.discord.forms.form import Form

MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_CHARACTERS = 6_000
MEDIA_SCHEMES = ("http", "https", "attachment")
SHOWN = ("title", "description", "fields", "image", "thumbnail", "footer", "author", "url", "timestamp")


def read_embeds(form: Form, value: Any) -> list[dict[str, Any]]:
    """At most ten embeds with 6,000 characters in all."""
    embeds = form.objects("embeds", value, MOST_EMBEDS)
    if sum(_check(form, f"embeds.{index}", embed) for index, embed in enumerate(embeds)) > MOST_CHARACTERS:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_CHARACTERS}")
    return [{**embed, "type": "rich"} for embed in embeds]


def _check(form: Form, path: str, embed: dict[str, Any]) -> int:
    if not any(embed.get(part) for part in SHOWN):
        form.required(f"{path}.description", None)
    texts = [
        form.text(f"{path}.title", embed.get("title"), 256),
        form.text(f"{path}.description", embed.get("description"), 4096),
        _named(form, f"{path}.footer", embed.get("footer"), "text", 2048),
        _named(form, f"{path}.author", embed.get("author"), "name", 256),
    ]
    for index, field in enumerate(form.objects(f"{path}.fields", embed.get("fields"), MOST_FIELDS)):
        texts.append(form.text(f"{path}.fields.{index}.name", field.get("name"), 256, required=True))
        texts.append(form.text(f"{path}.fields.{index}.value", field.get("value"), 1024, required=True))
    form.number(f"{path}.color", embed.get("color"), 0, 0xFFFFFF)
    form.address(f"{path}.url", embed.get("url"))
    form.moment(f"{path}.timestamp", embed.get("timestamp"))
    for part in ("image", "thumbnail"):
        if embed.get(part) is not None:
            media = form.object(f"{path}.{part}", embed[part])
            form.required(f"{path}.{part}.url", media.get("url"))
            form.address(f"{path}.{part}.url", media.get("url"), MEDIA_SCHEMES)
    return sum(len(text) for text in texts if text is not None)


def _named(form: Form, path: str, value: Any, key: str, longest: int) -> str | None:
    """A footer or an author: its text must be there, its addresses need not."""
    part = form.object(path, value)
    form.address(f"{path}.icon_url", part.get("icon_url"), MEDIA_SCHEMES)
    form.address(f"{path}.url", part.get("url"))
    return form.text(f"{path}.{key}", part.get(key), longest, required=value is not None)
