"""The limits of each platform, as its surfaces know them."""

from dataclasses import dataclass

from bots.discord.budgets import WRITES
from bots.slack.surface import ALL_POSTS, POSTS, UPDATES
from core.budget import Rate
from core.surface import Limited


@dataclass(frozen=True, slots=True)
class Limits:
    """Posts in a channel, all posts of a workspace, and its edits; without the last two, a channel's posts and edits
    are counted together."""

    posts: Rate
    all_posts: Rate | None = None
    edits: Rate | None = None

    def of(self, workspace: int, channel: int) -> tuple[Limited, Limited]:
        """What posts, and edits, in a channel are limited by."""
        if self.edits is None:
            both = Limited(f"channel {channel}", self.posts)
            return both, both
        everywhere = Limited(f"posts in {workspace}", self.all_posts) if self.all_posts is not None else None
        posts = Limited(f"posts in channel {channel}", self.posts, everywhere)
        return posts, Limited(f"edits in {workspace}", self.edits)


SLACK = Limits(POSTS, ALL_POSTS, UPDATES)
DISCORD = Limits(WRITES)
