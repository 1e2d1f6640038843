"""The outbox: what was committed is delivered, in order per lane, within the channel's limits, once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.errors import Ambiguous, Refused, RetryLater
from bot.intake.clock import Clock, at_most, ring_or_pass
from bot.intake.counting import Count, Counted, count_nothing
from bot.intake.limits import Limits
from bot.intake.settings import IntakeSettings
from bot.intake.tries import insist, place_of, reason_of
from storage.database import Database
from storage.errors import StorageError
from storage.tables import Outbox
from storage.work import Work

log = logging.getLogger(__name__)
T = TypeVar("T")

_PAGE = 200  # rows looked at in one claim
_MOST_LANES = 10_000  # that wait at the same time, when a channel is down; databases bound their parameters


@dataclass(frozen=True, slots=True)
class Post:
    """One thing to be said, as the channel needs it."""

    id: int
    brand: str
    channel: str
    conversation: str
    lane: str
    author: str
    kind: str
    payload: dict[str, Any]
    turn_id: int | None
    case_id: int | None
    attempts: int  # this one included
    created_at: datetime

    @property
    def messages(self) -> int:
        """How many messages the channel's limits see: an album relayed at once is as many as it has parts."""
        return max(1, len(self.payload.get("messages", ())))


class Channel(Protocol):
    """Where posts go."""

    name: str

    async def deliver(self, post: Post) -> tuple[str, ...]:
        """The channel's ids of what was delivered.

        Raises RetryLater (not sent; `after` 0: broken for now, seconds: asked to wait), Refused (never will be) or
        Ambiguous (sent or not). Anything else raised counts as Ambiguous: nobody knows how far it came.
        """
        ...


MaySend = Callable[[Post], Awaitable[str]]
Result = Callable[[Work], Awaitable[object]]


async def always(post: Post) -> str:
    """Nothing speaks against sending."""
    return ""


class Sender:
    """Delivers the outbox.

    A row is marked `sending`, and that is committed, before the first byte leaves, so a crash can not repeat it: rows
    found in `sending` at a start are `ambiguous`. Rows stay in the table until their lane may send; a lane has at most
    one delivery under way.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        settings: IntakeSettings,
        clock: Clock,
        may_send: MaySend = always,
        count: Count = count_nothing,
        repeatable: Collection[str] = (),
    ) -> None:
        """`repeatable` kinds may come twice, and had better than not at all: unclear ones are sent again."""
        self._database, self._channels, self._clock = database, channels, clock
        self._repeatable = frozenset(repeatable)
        self._settings, self._may_send, self._count = settings.outbox, may_send, count
        self._grace = settings.grace
        self._limits = Limits(settings.outbox.limits)
        self._bell = asyncio.Event()
        self._results: list[Result] = []  # of finished deliveries, not yet written down
        self._flying: dict[int, asyncio.Task[None]] = {}  # by row
        self._later: dict[str, float] = {}  # lanes with something to send that may not send yet, and until when
        # A row due within this time is met in advance, so that its lane waits for it in order, and wakes exactly then.
        self._horizon = max(60.0, self._settings.backoff.cap)

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`; then finish what is under way, for at most `grace` seconds."""
        stopping = asyncio.ensure_future(self._ring_at(stop))
        try:
            await self._insist(self._recover, stop)
            while not stop.is_set():
                self._bell.clear()
                wait = await self._insist(self._round, stop)
                await ring_or_pass(self._clock, self._bell, wait)
        except StorageError:
            log.warning("the outbox stops while the database is away")
        finally:
            stopping.cancel()
            await self._land()

    async def _ring_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._bell.set()

    async def _insist(self, call: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
        return await insist(call, self._clock, self._settings.backoff, self._count, stop)

    async def _recover(self) -> None:
        """What an earlier process was sending when it died may have arrived: nobody knows, so nobody repeats it,
        but for kinds that may come twice."""
        async with self._database.work(write=True) as work:
            lost = await work.mailbox.recover(self._repeatable)
            await work.commit()
        for _ in range(lost):
            self._count(Counted.SEND_AMBIGUOUS)
        if lost:
            log.warning("%d messages were being sent when the process ended: sent or not is unknown", lost)

    async def _round(self) -> float:
        """One commit: what became of deliveries, and the claim of the next ones. Seconds until a round is due."""
        results = len(self._results)
        async with self._database.work(write=True) as work:
            for result in self._results[:results]:
                await result(work)
            posts, again = await self._choose(work)
            ours = await work.mailbox.mark_sending([post.id for post in posts])
            await work.commit()
        del self._results[:results]
        for post in posts:
            if post.id in ours:  # or it was withdrawn a moment ago
                self._flying[post.id] = asyncio.create_task(self._deliver(post))
        return again - self._clock.monotonic()

    async def _choose(self, work: Work) -> tuple[list[Post], float]:
        """The posts that may leave now, at most one per lane, and the moment at which others may."""
        now, moment = self._clock.now(), self._clock.monotonic()
        self._later = {lane: until for lane, until in self._later.items() if until > moment}
        chosen: list[Post] = []
        bot_at = far = moment + self._horizon
        while (room := self._settings.at_once - len(self._flying) - len(chosen)) > 0:
            busy = [*self._later, *(post.lane for post in chosen)]
            if len(busy) > _MOST_LANES:
                break
            rows = await work.mailbox.due(now + timedelta(seconds=self._horizon), _PAGE, busy)
            for post, due_at in map(_post_of, rows):
                if (lane_at := self._lane_at(post, due_at, now, moment)) > moment:
                    self._later[post.lane] = lane_at
                elif (free := self._limits.bot_free_at(post.channel, post.lane, post.messages)) > moment:
                    bot_at = min(bot_at, free)
                elif room > 0:
                    room -= 1
                    chosen.append(post)
                    self._limits.note(post.channel, post.lane, moment, post.messages)
            if len(rows) < _PAGE or bot_at < far:
                break
        return chosen, min(bot_at, *self._later.values(), far)

    def _lane_at(self, post: Post, due_at: datetime, now: datetime, moment: float) -> float:
        """The moment from which the lane may send this post."""
        if post.channel not in self._channels:
            return moment + self._horizon  # not connected in this process: it waits
        due = moment + (due_at - now).total_seconds()
        return max(due, self._limits.lane_free_at(post.channel, post.lane, post.messages))

    async def _deliver(self, post: Post) -> None:
        try:
            self._results.append(await self._outcome(post))
        finally:
            del self._flying[post.id]
            self._bell.set()

    async def _outcome(self, post: Post) -> Result:
        """Send, and say what to write down about it."""
        try:
            if reason := await self._may_send(post):
                self._count(Counted.SEND_WITHDRAWN)
                return lambda work: work.mailbox.withdraw_row(post.id, reason)
        except asyncio.CancelledError:
            now = self._clock.now()
            return lambda work: work.mailbox.retry(post.id, now, "the service stopped before this was sent")
        except Exception as error:  # nothing has left
            return self._failed(post, RetryLater(f"may it be sent? {reason_of(error)}", 0))
        try:
            remote = await self._channels[post.channel].deliver(post)
        except (RetryLater, Refused) as error:
            return self._failed(post, error)
        except Ambiguous as error:
            return self._unclear(post, str(error))
        except asyncio.CancelledError:
            return self._unclear(post, "the service stopped while this was being sent")
        except Exception as error:
            log.warning("outbox row %d: the channel failed: %s", post.id, place_of(error))
            return self._unclear(post, reason_of(error))
        self._count(Counted.SENT)
        return lambda work: work.mailbox.mark_sent(post.id, remote)

    def _failed(self, post: Post, error: RetryLater | Refused) -> Result:
        """Not sent: later, or never."""
        reason = str(error)
        if isinstance(error, RetryLater) and not self._worn_out(post, error):
            self._count(Counted.SEND_LATER)
            wait = error.after if error.after > 0 else self._settings.backoff.after(post.attempts)
            self._later[post.lane] = self._clock.monotonic() + wait
            due_at = self._clock.now() + timedelta(seconds=wait)
            return lambda work: work.mailbox.retry(post.id, due_at, reason)
        self._count(Counted.SEND_DEAD)
        log.warning("outbox row %d is dead after %d attempts", post.id, post.attempts)
        return lambda work: work.mailbox.kill(post.id, reason)

    def _worn_out(self, post: Post, error: RetryLater) -> bool:
        """Tried too often, or too long; being asked to wait is no failure."""
        age = (self._clock.now() - post.created_at).total_seconds()
        return age > self._settings.give_up_after or (error.after <= 0 and post.attempts >= self._settings.attempts)

    def _unclear(self, post: Post, reason: str) -> Result:
        if post.kind in self._repeatable:
            return self._failed(post, RetryLater(reason, 0))
        self._count(Counted.SEND_AMBIGUOUS)
        log.warning("outbox row %d: sent or not is unknown", post.id)
        return lambda work: work.mailbox.ambiguous(post.id, reason)

    async def _land(self) -> None:
        """Let deliveries under way finish, and write down what became of them."""
        await at_most(self._clock, self._grace, self._flying.values())
        try:
            async with self._database.work(write=True) as work:
                for result in self._results:
                    await result(work)
                await work.commit()
            self._results.clear()
        except StorageError as error:
            log.error(
                "%d deliveries could not be written down and will count as unclear: %s", len(self._results), error
            )


def _post_of(row: Outbox) -> tuple[Post, datetime]:
    """The post of a row and when it is due."""
    assert row.id is not None
    post = Post(
        id=row.id,
        brand=row.brand,
        channel=row.channel,
        conversation=row.conversation,
        lane=row.lane,
        author=row.author,
        kind=row.kind,
        payload=row.payload,
        turn_id=row.turn_id,
        case_id=row.case_id,
        attempts=row.attempts + 1,
        created_at=row.created_at,
    )
    return post, row.due_at
