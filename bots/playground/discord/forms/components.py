"""Checks of message components and modals (discord.com/developers/docs/components/reference)."""

from typing import Any

from bots.playground.discord.forms.form import Form
from bots.playground.discord.mentions import walk

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL, FILE_UPLOAD = 1, 2, 3, 4, 10, 18, 19
SELECTS = (3, 5, 6, 7, 8)
LABELLED = (3, 4, 5, 6, 7, 8, 19, 21, 22, 23)
TOP_LEVEL_V2 = (1, 9, 10, 12, 13, 14, 17)
MOST_V2, MOST_V2_TEXT = 40, 4_000
LINK_STYLE, PREMIUM_STYLE = 5, 6


def read_components(form: Form, value: Any, *, v2: bool) -> list[dict[str, Any]]:
    """Components of a message, each with an `id`, custom ids unique, within the limits of their version."""
    components = form.objects("components", value, MOST_V2 if v2 else 5)
    check_tree(form, "components", components)
    for index, component in enumerate(components):
        _check_top(form, f"components.{index}", component, v2=v2)
    _check_custom_ids(form, components)
    if v2:
        _check_v2(form, components)
    for number, component in enumerate(walk(components), start=1):
        component.setdefault("id", number)
    return components


def check_tree(form: Form, path: str, components: list[dict[str, Any]]) -> None:
    """Every part of the tree is an object where one belongs; refused at once, since nothing else can be checked."""
    _check_branches(form, path, components)
    form.done()


def _check_branches(form: Form, path: str, components: list[dict[str, Any]]) -> None:
    for index, component in enumerate(components):
        place = f"{path}.{index}"
        below = form.objects(f"{place}.components", component.get("components"), MOST_V2)
        _check_branches(form, f"{place}.components", below)
        for single in ("accessory", "component"):
            if component.get(single) is not None:
                _check_branches(form, f"{place}.{single}", [form.object(f"{place}.{single}", component[single])])


def _check_top(form: Form, path: str, component: dict[str, Any], *, v2: bool) -> None:
    allowed = TOP_LEVEL_V2 if v2 else (ACTION_ROW,)
    if form.choice(f"{path}.type", component.get("type", 0), allowed) is None:
        return
    _check(form, path, component)


def _check(form: Form, path: str, component: dict[str, Any]) -> None:
    """One component and everything below it."""
    match component.get("type"):
        case 1:
            _check_row(form, path, component)
        case 2:
            _check_button(form, path, component)
        case 3 | 5 | 6 | 7 | 8:
            _check_select(form, path, component)
        case 10:
            form.text(f"{path}.content", component.get("content"), MOST_V2_TEXT, required=True)
    for index, child in enumerate(component.get("components") or ()):
        _check(form, f"{path}.components.{index}", child)
    if component.get("accessory"):
        _check(form, f"{path}.accessory", component["accessory"])


def _check_row(form: Form, path: str, row: dict[str, Any]) -> None:
    children = form.objects(f"{path}.components", row.get("components"), 5)
    if not children:
        form.wrong(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    if len(children) > 1 and any(child.get("type") in SELECTS for child in children):
        form.wrong(f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The layout of this row is too wide.")


def _check_button(form: Form, path: str, button: dict[str, Any]) -> None:
    style = form.choice(f"{path}.style", button.get("style", 0), (1, 2, 3, 4, 5, 6))
    form.text(f"{path}.label", button.get("label"), 80)
    if style == LINK_STYLE:
        form.text(f"{path}.url", button.get("url"), 512, required=True)
        if button.get("custom_id"):
            form.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified")
    elif style != PREMIUM_STYLE:
        form.text(f"{path}.custom_id", button.get("custom_id"), 100, shortest=1, required=True)
        if not button.get("label") and not button.get("emoji"):
            form.wrong(f"{path}.label", "BASE_TYPE_REQUIRED", "A label or an emoji is required")


def _check_select(form: Form, path: str, select: dict[str, Any]) -> None:
    form.text(f"{path}.custom_id", select.get("custom_id"), 100, shortest=1, required=True)
    form.text(f"{path}.placeholder", select.get("placeholder"), 150)
    form.number(f"{path}.min_values", select.get("min_values"), 0, 25)
    form.number(f"{path}.max_values", select.get("max_values"), 1, 25)
    if select["type"] != STRING_SELECT:
        return
    options = form.objects(f"{path}.options", select.get("options"), 25)
    if not options:
        form.wrong(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    for index, option in enumerate(options):
        form.text(f"{path}.options.{index}.label", option.get("label"), 100, shortest=1, required=True)
        form.text(f"{path}.options.{index}.value", option.get("value"), 100, shortest=1, required=True)
        form.text(f"{path}.options.{index}.description", option.get("description"), 100)


def _check_custom_ids(form: Form, components: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if isinstance(custom_id, str) and custom_id in seen:
            form.wrong("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        if isinstance(custom_id, str):
            seen.add(custom_id)


def _check_v2(form: Form, components: list[dict[str, Any]]) -> None:
    every = list(walk(components))
    if len(every) > MOST_V2:
        form.wrong("components", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_V2} or fewer in length.")
    text = sum(len(str(component.get("content") or "")) for component in every if component.get("type") == TEXT_DISPLAY)
    if text > MOST_V2_TEXT:
        message = f"The total length of displayable text must be {MOST_V2_TEXT} or fewer."
        form.wrong("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def read_modal(form: Form, data: dict[str, Any]) -> dict[str, Any]:
    """A modal of one to five components (…/interactions/receiving-and-responding, "Modal")."""
    form.text("data.title", data.get("title"), 45, shortest=1, required=True)
    form.text("data.custom_id", data.get("custom_id"), 100, shortest=1, required=True)
    components = form.objects("data.components", data.get("components"), 5)
    check_tree(form, "data.components", components)
    if not components:
        form.wrong("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, component in enumerate(components):
        _check_modal_part(form, f"data.components.{index}", component)
    _check_custom_ids(form, components)
    return data


def _check_modal_part(form: Form, path: str, component: dict[str, Any]) -> None:
    kind = form.choice(f"{path}.type", component.get("type", 0), (ACTION_ROW, TEXT_DISPLAY, LABEL))
    if kind == ACTION_ROW:
        for index, child in enumerate(form.objects(f"{path}.components", component.get("components"), 1)):
            form.text(f"{path}.components.{index}.label", child.get("label"), 45, shortest=1, required=True)
            _check_input(form, f"{path}.components.{index}", child)
    if kind == LABEL:
        form.text(f"{path}.label", component.get("label"), 45, shortest=1, required=True)
        form.text(f"{path}.description", component.get("description"), 100)
        _check_labelled(form, f"{path}.component", component.get("component") or {})


def _check_labelled(form: Form, path: str, component: dict[str, Any]) -> None:
    """A label holds a text input, a select, a file upload, or one of the groups to choose from ("Label")."""
    kind = form.choice(f"{path}.type", component.get("type", 0), LABELLED)
    if kind in SELECTS:
        _check_select(form, path, component)
    elif kind == FILE_UPLOAD:
        form.text(f"{path}.custom_id", component.get("custom_id"), 100, shortest=1, required=True)
        form.number(f"{path}.min_values", component.get("min_values"), 0, 10)
        form.number(f"{path}.max_values", component.get("max_values"), 1, 10)
    elif kind is not None:
        _check_input(form, path, component)


def _check_input(form: Form, path: str, component: dict[str, Any]) -> None:
    form.text(f"{path}.custom_id", component.get("custom_id"), 100, shortest=1, required=True)
    if component.get("type") != TEXT_INPUT:
        return
    form.choice(f"{path}.style", component.get("style", 0), (1, 2))
    form.number(f"{path}.min_length", component.get("min_length"), 0, 4000)
    form.number(f"{path}.max_length", component.get("max_length"), 1, 4000)
    form.text(f"{path}.placeholder", component.get("placeholder"), 100)
    form.text(f"{path}.value", component.get("value"), 4000)
