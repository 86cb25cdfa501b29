"""Checks of modals (…/interactions/receiving-and-responding, "Modal"; …/components/reference)."""

from typing import Any

from bots.playground.discord.forms.components import (
    ACTION_ROW,
    LABEL,
    SELECTS,
    TEXT_DISPLAY,
    check_custom_ids,
    check_select,
    drop_strangers,
)
from bots.playground.discord.forms.form import Form

TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP = 4, 19, 21, 22
LABELLED = (3, 4, 5, 6, 7, 8, 19, 21, 22, 23)


def read_modal(form: Form, data: dict[str, Any]) -> dict[str, Any]:
    """A modal of one to five components; refused when anything in it is wrong."""
    form.text("title", data.get("title"), 45, shortest=1, required=True)
    form.text("custom_id", data.get("custom_id"), 100, shortest=1, required=True)
    components = data["components"] = form.objects("components", data.get("components"), 5, 1)
    for index, component in enumerate(components):
        _check_part(form, f"components.{index}", component)
    form.done()
    check_custom_ids(form, "components", components)
    form.done()
    return data


def _check_part(form: Form, path: str, component: dict[str, Any]) -> None:
    kind = form.kind(path, component.get("type"), (ACTION_ROW, TEXT_DISPLAY, LABEL))
    if kind is None:
        return
    drop_strangers(component, kind)
    if kind == TEXT_DISPLAY:
        form.text(f"{path}.content", component.get("content"), 4_000, required=True)
    elif kind == ACTION_ROW:
        children = component["components"] = form.objects(f"{path}.components", component.get("components"), 1, 1)
        for index, child in enumerate(children):
            form.text(f"{path}.components.{index}.label", child.get("label"), 45, shortest=1, required=True)
            _check_input(form, f"{path}.components.{index}", child, (TEXT_INPUT,))
    else:
        form.text(f"{path}.label", component.get("label"), 45, shortest=1, required=True)
        form.text(f"{path}.description", component.get("description"), 100)
        if form.required(f"{path}.component", component.get("component")):
            component["component"] = form.object(f"{path}.component", component["component"])
            _check_input(form, f"{path}.component", component["component"], LABELLED)


def _check_input(form: Form, path: str, component: dict[str, Any], kinds: tuple[int, ...]) -> None:
    """A text input, a select, a file upload, or one of the groups to choose from ("Label")."""
    kind = form.kind(path, component.get("type"), kinds)
    if kind is None:
        return
    drop_strangers(component, kind)
    if kind in SELECTS:
        check_select(form, path, component)
        return
    form.text(f"{path}.custom_id", component.get("custom_id"), 100, shortest=1, required=True)
    match kind:
        case 4:
            _check_text_input(form, path, component)
        case 19:
            form.number(f"{path}.min_values", component.get("min_values"), 0, 10)
            form.number(f"{path}.max_values", component.get("max_values"), 1, 10)
        case 21:
            _check_choices(form, f"{path}.options", component.get("options"), 2)
        case 22:
            _check_choices(form, f"{path}.options", component.get("options"), 1)


def _check_text_input(form: Form, path: str, component: dict[str, Any]) -> None:
    form.choice(f"{path}.style", component.get("style", 0), (1, 2))
    form.number(f"{path}.min_length", component.get("min_length"), 0, 4000)
    form.number(f"{path}.max_length", component.get("max_length"), 1, 4000)
    form.text(f"{path}.placeholder", component.get("placeholder"), 100)
    form.text(f"{path}.value", component.get("value"), 4000)


def _check_choices(form: Form, path: str, value: Any, fewest: int) -> None:
    """Two to ten choices of a radio group, one to ten of a checkbox group."""
    for index, option in enumerate(form.objects(path, value, 10, fewest)):
        form.text(f"{path}.{index}.label", option.get("label"), 100, shortest=1, required=True)
        form.text(f"{path}.{index}.value", option.get("value"), 100, shortest=1, required=True)
        form.text(f"{path}.{index}.description", option.get("description"), 100)
