import discord

from bots.discord.budgets import EDIT, POST, WRITES, budgets
from core.budget import Rate


def client_told(limit: int, reset_after: float) -> discord.Client:
    """A client to which Discord has said how many posts channel 7 takes."""
    client = discord.Client(intents=discord.Intents.none())
    client.http._bucket_hashes[POST] = "posts"  # noqa: SLF001
    told = client.http.get_ratelimit("posts:7")
    told.limit, told.reset_after, told.dirty = limit, reset_after, True
    return client


async def test_a_channel_that_takes_less_is_written_to_less() -> None:
    posts, edits = budgets(client_told(3, 8.0), "7")
    assert posts == edits
    assert posts.rate == Rate(3, 8.0, saved=1)


async def test_another_channel_keeps_the_usual_rate() -> None:
    assert budgets(client_told(3, 8.0), "8")[0].rate == WRITES


async def test_more_is_not_believed_as_nothing_says_for_how_long() -> None:
    assert budgets(client_told(10, 1.0), "7")[0].rate == WRITES


async def test_posts_and_edits_are_apart_once_discord_has_named_two_buckets() -> None:
    client = client_told(3, 8.0)
    client.http._bucket_hashes[EDIT] = "edits"  # noqa: SLF001
    posts, edits = budgets(client, "7")
    assert (posts.rate.limit, edits.rate) == (3, WRITES)
