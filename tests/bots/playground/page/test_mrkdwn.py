import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.playground.page import mrkdwn


def line(text: str) -> str:
    """The HTML of one line, without the element around it."""
    return mrkdwn.render(text).removeprefix('<div class="line">').removesuffix("</div>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold*, _slanted_ and ~struck~", "<strong>bold</strong>, <em>slanted</em> and <s>struck</s>"),
        ("*bold _and slanted_*", "<strong>bold <em>and slanted</em></strong>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("`*code* &lt;b&gt;`", "<code>*code* &lt;b&gt;</code>"),
        ("a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;"),
        ("<b>raw</b>", "&lt;b&gt;raw&lt;/b&gt;"),
        ("<https://a.example/?x=1&amp;y=2|label>", None),
    ],
)
def test_a_line_is_marked_up(text: str, html: str | None) -> None:
    expected = html or ('<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noreferrer">label</a>')

    assert line(text) == expected


def test_mentions_carry_their_ids() -> None:
    assert 'data-kind="user" data-id="U1">@U1<' in line("<@U1>")
    assert 'data-kind="channel" data-id="C1">#general<' in line("<#C1|general>")
    assert 'data-kind="everyone"' in line("<!channel>")
    assert 'data-kind="role" data-id="S1">@crew<' in line("<!subteam^S1|@crew>")
    assert line("<!date^1392734382^{date}|Feb 18>") == "Feb 18"


def test_only_safe_addresses_become_links() -> None:
    assert "<a" not in line("<javascript:alert(1)|x>")
    assert "<a" not in line("<data:text/html,x>")
    assert 'href="mailto:a@b.example"' in line("<mailto:a@b.example|write>")


def test_quotes_and_fences_are_blocks() -> None:
    html = mrkdwn.render("&gt; one\n&gt; two\nthree\n```x < *y*```")

    assert "<blockquote>one<br>two</blockquote>" in html
    assert "<pre><code>x &lt; *y*</code></pre>" in html


@given(st.text(alphabet="<>&*_~`|!@#\n ab\"'/:;", max_size=60))
def test_no_text_brings_its_own_tags(text: str) -> None:
    html = re.sub(
        r'</?(?:div|br|strong|em|s|code|pre|blockquote|span|a)(?: [a-z-]+="[^"<>]*")*>', "", mrkdwn.render(text)
    )

    assert "<" not in html
