"""The pages that people see while they install Parley. Whatever comes from outside is escaped."""

from html import escape

from aiohttp import web

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; color: #1d1c1d }}
a {{ color: #0b57d0 }}
@media (prefers-color-scheme: dark) {{ body {{ background: #1a1d21; color: #e8e8e8 }} a {{ color: #8ab4f8 }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
<p>{link}</p>
</main>
</body>
</html>
"""
# The address of the page holds a code, which no other site shall see.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
AGAIN = ("/slack/install", "Start again")


def page(title: str, text: str, link: tuple[str, str] = AGAIN, status: int = 200) -> web.Response:
    """A page with one link: its address and its words."""
    address, words = link
    anchor = f'<a href="{escape(address)}">{escape(words)}</a>'
    html = PAGE.format(title=escape(title), text=escape(text), link=anchor)
    return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)


def installed(name: str, address: str) -> web.Response:
    text = "Invite it to a channel with /invite @Parley, and ask it something with @Parley. /parley help tells more."
    return page(f"Parley is installed in {name}", text, (address, "Open Slack"))


def refused() -> web.Response:
    text = "You did not allow it, so nothing was changed. If that was a slip, you can start again."
    return page("Parley was not installed", text)


def out_of_date() -> web.Response:
    text = "This installation was not begun in this browser, was finished already, or took longer than ten minutes."
    return page("Please start again", text, status=400)


def failed() -> web.Response:
    text = "Slack did not go through with it, and nothing was changed. Please start again in a moment."
    return page("Parley was not installed", text, status=502)
