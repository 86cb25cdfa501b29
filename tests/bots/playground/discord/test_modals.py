"""Forms with choices and files, with the real client (discord.com/developers/docs/components/reference)."""

from typing import Any

import pytest

from tests.bots.playground.discord.driving import Bot, Json, Place, library

ui = library.ui
FILE = {"filename": "notes.txt", "text": "read me"}


class Form(ui.Modal, title="Settings"):
    def __init__(self) -> None:
        super().__init__()
        options = [library.SelectOption(label="Red"), library.SelectOption(label="Blue", default=True)]
        self.colour: ui.Select[Any] = ui.Select(custom_id="colour", options=options)
        self.notes: ui.FileUpload[Any] = ui.FileUpload(custom_id="notes", required=False)
        self.add_item(ui.Label(text="Colour", component=self.colour))
        self.add_item(ui.Label(text="Notes", component=self.notes))

    async def on_submit(self, interaction: library.Interaction) -> None:
        read = [(await file.read()).decode() for file in self.notes.values]
        await interaction.response.send_message(f"{self.colour.values[0]}: {read}")


@pytest.fixture
async def form(quick: Place, bot: Bot) -> Json:
    """An open form."""

    @bot.tree.command(name="form", description="Form")
    async def form(interaction: library.Interaction) -> None:
        await interaction.response.send_modal(Form())

    await bot.tree.sync()
    begun = await quick.control("POST", "commands", {"user": "Ann", "channel": "general", "command": "form"})
    return await quick.settled(begun["interaction_id"])


async def submit(place: Place, form: Json, values: Json, expect: int | None = None) -> Any:
    path = f"modals/{form['modal']}/submit"
    return await place.control("POST", path, {"user": "Ann", "values": values}, expect)


async def said(place: Place, begun: Json) -> str:
    settled = await place.settled(begun["interaction_id"])
    return str((await place.message(settled["message"]))["content"])


async def test_a_choice_and_a_file_arrive(quick: Place, form: Json) -> None:
    begun = await submit(quick, form, {"colour": ["Red"], "notes": [FILE]})
    assert await said(quick, begun) == "Red: ['read me']"


async def test_what_is_not_touched_keeps_its_default(quick: Place, form: Json) -> None:
    assert await said(quick, await submit(quick, form, {})) == "Blue: []"


async def test_a_choice_that_is_not_offered_is_refused(quick: Place, form: Json) -> None:
    assert "not among the options" in (await submit(quick, form, {"colour": ["Green"]}, 400))["error"]


async def test_more_files_than_a_form_takes_are_refused(quick: Place, form: Json) -> None:
    assert "number of files" in (await submit(quick, form, {"notes": [FILE, FILE]}, 400))["error"]
