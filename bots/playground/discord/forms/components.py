"""Checks of message components (discord.com/developers/docs/components/reference)."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from bots.playground.discord import emojis
from bots.playground.discord.forms.form import Form
from bots.playground.discord.mentions import walk

ACTION_ROW, BUTTON, STRING_SELECT, CHANNEL_SELECT = 1, 2, 3, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
SELECTS = (3, 5, 6, 7, 8)
IN_A_ROW = (BUTTON, *SELECTS)
IN_A_CONTAINER = (ACTION_ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR)
TOP_LEVEL_V2 = (ACTION_ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
PARTS = {ACTION_ROW: ("components",), SECTION: ("components", "accessory"), CONTAINER: ("components",)}
PARTS |= {LABEL: ("component",)}
MOST_V2, MOST_V2_TEXT = 40, 4_000
LINK_STYLE, PREMIUM_STYLE = 5, 6
MEDIA_SCHEMES = ("http", "https", "attachment")


def read_components(form: Form, value: Any, *, v2: bool) -> list[dict[str, Any]]:
    """Components of a message, each with an `id`, custom ids unique, within the limits of their version."""
    components = form.objects("components", value, MOST_V2 if v2 else 5)
    for index, component in enumerate(components):
        check(form, f"components.{index}", component, TOP_LEVEL_V2 if v2 else (ACTION_ROW,))
    if form.failed:
        return []
    check_custom_ids(form, "components", components)
    if v2:
        _check_v2(form, components)
    _number(components)
    return components


def _number(components: list[dict[str, Any]]) -> None:
    """Those without an `id`, or with 0, get the next number that no other has ("Anatomy of a Component")."""
    taken = {component.get("id") for component in walk(components)}
    free = (number for number in count(1) if number not in taken)
    for component in walk(components):
        component["id"] = component.get("id") or next(free)


def check(form: Form, path: str, component: dict[str, Any], kinds: tuple[int, ...]) -> int | None:
    """One component, which must be of one of the kinds, and everything below it; the kind it is of."""
    kind = form.kind(path, component.get("type"), kinds)
    if kind is None:
        return None
    drop_strangers(component, kind)
    form.number(f"{path}.id", component.get("id"), 0, 2**31 - 1)
    match kind:
        case 1:
            _check_row(form, path, component)
        case 2:
            _check_button(form, path, component)
        case 3 | 5 | 6 | 7 | 8:
            check_select(form, path, component)
        case 9:
            _check_section(form, path, component)
        case 10:
            form.text(f"{path}.content", component.get("content"), MOST_V2_TEXT, required=True)
        case 17:
            _check_container(form, path, component)
        case _:
            _check_media(form, path, component, kind)
    return kind


def drop_strangers(component: dict[str, Any], kind: int) -> None:
    """Nothing is kept below a component that holds no others."""
    for part in ("components", "accessory", "component"):
        if part not in PARTS.get(kind, ()):
            component.pop(part, None)


def _check_row(form: Form, path: str, row: dict[str, Any]) -> None:
    children = row["components"] = form.objects(f"{path}.components", row.get("components"), 5, 1)
    kinds = [check(form, f"{path}.components.{index}", each, IN_A_ROW) for index, each in enumerate(children)]
    if len(kinds) > 1 and any(kind in SELECTS for kind in kinds):
        message = "The specified component exceeds the maximum width"
        form.wrong(f"{path}.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _check_section(form: Form, path: str, section: dict[str, Any]) -> None:
    """One to three texts beside a button or a thumbnail ("Section")."""
    texts = section["components"] = form.objects(f"{path}.components", section.get("components"), 3, 1)
    for index, each in enumerate(texts):
        check(form, f"{path}.components.{index}", each, (TEXT_DISPLAY,))
    if form.required(f"{path}.accessory", section.get("accessory")):
        beside = section["accessory"] = form.object(f"{path}.accessory", section["accessory"])
        check(form, f"{path}.accessory", beside, (BUTTON, THUMBNAIL))


def _check_container(form: Form, path: str, container: dict[str, Any]) -> None:
    below = container["components"] = form.objects(f"{path}.components", container.get("components"), MOST_V2, 1)
    for index, each in enumerate(below):
        check(form, f"{path}.components.{index}", each, IN_A_CONTAINER)
    form.number(f"{path}.accent_color", container.get("accent_color"), 0, 0xFFFFFF)


def _check_media(form: Form, path: str, component: dict[str, Any], kind: int) -> None:
    """A thumbnail, a gallery of one to ten, a file that was uploaded, or a separator."""
    if kind == GALLERY and form.required(f"{path}.items", component.get("items")):
        for index, item in enumerate(form.objects(f"{path}.items", component["items"], 10, 1)):
            _check_item(form, f"{path}.items.{index}.media", item.get("media"), MEDIA_SCHEMES)
    elif kind == THUMBNAIL:
        _check_item(form, f"{path}.media", component.get("media"), MEDIA_SCHEMES)
    elif kind == FILE:
        _check_item(form, f"{path}.file", component.get("file"), ("attachment",))
    elif kind == SEPARATOR:
        form.choice(f"{path}.spacing", component.get("spacing"), (1, 2))
    form.text(f"{path}.description", component.get("description"), 1_024)


def _check_item(form: Form, path: str, value: Any, schemes: tuple[str, ...]) -> None:
    if form.required(path, value):
        url = form.object(path, value).get("url")
        form.required(f"{path}.url", url)
        form.address(f"{path}.url", url, schemes)


def _check_button(form: Form, path: str, button: dict[str, Any]) -> None:
    style = form.choice(f"{path}.style", button.get("style", 0), (1, 2, 3, 4, 5, 6))
    form.text(f"{path}.label", button.get("label"), 80)
    _check_emoji(form, path, button)
    if style == LINK_STYLE:
        form.text(f"{path}.url", button.get("url"), 512, required=True)
        form.address(f"{path}.url", button.get("url") or None, ("http", "https", "discord"))
    if style in (LINK_STYLE, PREMIUM_STYLE):
        if button.get("custom_id"):
            message = "A custom id and url cannot both be specified"
            form.wrong(f"{path}.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
        if style == PREMIUM_STYLE:
            form.required(f"{path}.sku_id", button.get("sku_id"))
        return
    if not button.get("custom_id"):
        form.wrong(f"{path}.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    form.text(f"{path}.custom_id", button.get("custom_id"), 100)
    if not button.get("label") and not button.get("emoji"):
        form.wrong(f"{path}.label", "BASE_TYPE_REQUIRED", "A label or an emoji is required")


def _check_emoji(form: Form, path: str, holder: dict[str, Any]) -> None:
    emoji = form.object(f"{path}.emoji", holder.get("emoji"))
    name = form.text(f"{path}.emoji.name", emoji.get("name"), 100)
    if form.snowflake(f"{path}.emoji.id", emoji.get("id")) is None and name and not emojis.is_unicode(name):
        form.wrong(f"{path}.emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


def check_select(form: Form, path: str, select: dict[str, Any]) -> None:
    """A menu of any kind; a menu of strings has at least as many options as may be chosen."""
    form.text(f"{path}.custom_id", select.get("custom_id"), 100, shortest=1, required=True)
    form.text(f"{path}.placeholder", select.get("placeholder"), 150)
    form.number(f"{path}.min_values", select.get("min_values"), 0, 25)
    most = form.number(f"{path}.max_values", select.get("max_values"), 1, 25) or 1
    if select["type"] == STRING_SELECT:
        options = form.objects(f"{path}.options", select.get("options"), 25, most)
        _check_options(form, f"{path}.options", options, most)
    elif select["type"] == CHANNEL_SELECT:
        form.values(f"{path}.channel_types", select.get("channel_types"))


def _check_options(form: Form, path: str, options: list[dict[str, Any]], most: int) -> None:
    seen: list[Any] = []
    for index, option in enumerate(options):
        form.text(f"{path}.{index}.label", option.get("label"), 100, shortest=1, required=True)
        form.text(f"{path}.{index}.value", option.get("value"), 100, shortest=1, required=True)
        form.text(f"{path}.{index}.description", option.get("description"), 100)
        _check_emoji(form, f"{path}.{index}", option)
        if option.get("value") in seen:
            message = "The specified option value is already used"
            form.wrong(f"{path}.{index}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        seen.append(option.get("value"))
    if sum(bool(option.get("default")) for option in options) > most:
        message = "The specified number of default values exceeds the specified maximum values"
        form.wrong(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)


def check_custom_ids(form: Form, path: str, components: list[dict[str, Any]]) -> None:
    """No two components of a message or a modal have the same custom id."""
    seen: set[str] = set()
    for place, component in _places(path, components):
        custom_id = component.get("custom_id")
        if custom_id in seen:
            message = "Component custom id cannot be duplicated"
            form.wrong(f"{place}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        if custom_id:
            seen.add(custom_id)


def _places(path: str, components: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, component in enumerate(components):
        place = f"{path}.{index}"
        yield place, component
        yield from _places(f"{place}.components", component.get("components") or [])
        for single in ("accessory", "component"):
            if component.get(single):
                yield f"{place}.{single}", component[single]


def _check_v2(form: Form, components: list[dict[str, Any]]) -> None:
    every = list(walk(components))
    if len(every) > MOST_V2:
        form.wrong("components", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_V2} or fewer in length.")
    text = sum(len(component["content"]) for component in every if component["type"] == TEXT_DISPLAY)
    if text > MOST_V2_TEXT:
        message = f"The total length of displayable text must be {MOST_V2_TEXT} or fewer."
        form.wrong("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
