import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.playground.page.rich import Kind, Renderer

RENDERER = Renderer()
TAGS = "p|h[1-6]|br|strong|em|s|u|small|code|pre|blockquote|time|span|a|ul|ol|li|hr|table|thead|tbody|tr|th|td"


def discord(text: str) -> str:
    return RENDERER.render(Kind.DISCORD, text)


def slack(text: str) -> str:
    return RENDERER.render(Kind.SLACK_MARKDOWN, text)


@pytest.mark.parametrize("kind", [Kind.DISCORD, Kind.SLACK_MARKDOWN, Kind.MARKDOWN])
def test_html_images_and_unsafe_links_are_only_text(kind: Kind) -> None:
    html = RENDERER.render(kind, "<img src=x onerror=alert(1)> ![p](https://a.example/p.png) [x](javascript:alert(1))")

    assert "<img" not in html
    assert "javascript" not in re.sub(r"\[x\]\(javascript:alert\(1\)\)", "", html)


def test_tables_are_slacks_and_not_discords() -> None:
    table = "|a|b|\n|-|-|\n|1|2|"

    assert "<table>" in slack(table)
    assert "<table>" not in discord(table)


def test_cells_are_aligned_without_styles() -> None:
    html = slack("|a|b|\n|-:|:-:|\n|1|2|")

    assert '<td class="right">1</td>' in html
    assert "style" not in html


def test_discord_shows_small_print_underlines_and_line_breaks() -> None:
    html = discord("one\ntwo\n-# *small*\n__under__ **bold**")

    assert "one<br />\ntwo" in html
    assert "<small><em>small</em></small>" in html
    assert "<u>under</u> <strong>bold</strong>" in html


def test_mentions_become_pills_but_not_in_code() -> None:
    html = discord("<@12> <#3> <@&4> @everyone `<@12> @everyone` [@here](https://a.example)")

    assert re.findall(r'data-kind="(\w+)"', html) == ["user", "channel", "role", "everyone"]
    assert "<code>&lt;@12&gt; @everyone</code>" in html
    assert 'data-id="U1"' in slack("**<@U1>**")


def test_moments_are_written_out_and_impossible_ones_stay_text() -> None:
    assert "<time>01 January 2026 00:00 UTC</time>" in discord("<t:1767225600:R>")
    assert "&lt;t:999999999999&gt;" in discord("<t:999999999999>")


def test_bare_addresses_become_links_once() -> None:
    html = discord("see https://a.example/x?y=1. <https://b.example> `https://c.example`")

    assert re.findall(r'href="([^"]*)"', html) == ["https://a.example/x?y=1", "https://b.example"]


def test_code_keeps_its_language_and_its_text() -> None:
    assert '<pre><code class="language-py">a &lt; b\n</code></pre>' in slack("```py\na < b\n```")


@given(st.sampled_from(list(Kind)), st.text(alphabet="<>&*_~`|!@#-[]()\n ab\"'/:;1.=", max_size=60))
def test_no_text_brings_its_own_tags(kind: Kind, text: str) -> None:
    html = RENDERER.render(kind, text)
    rest = re.sub(rf'</?(?:{TAGS}|div)(?: [a-z-]+="[^"<>]*")*(?: /)?>', "", html)

    assert "<" not in rest
