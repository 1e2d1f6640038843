"""The web as a channel: what is said is in the database already, so delivering means telling the pages."""

from bot.intake.outbox import Post
from bot.web.feed import Feed


class WebChannel:
    """Delivers to open pages. A page that is closed reads the same rows when it opens."""

    name = "web"

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    async def deliver(self, post: Post) -> tuple[str, ...]:
        """Tell the pages that show this conversation. Never fails."""
        self._feed.notify(post.conversation)
        return (f"web-{post.id}",)
