"""kill -9 at any moment under a stream of messages, then a restart: nothing lost, nothing said twice."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.doubles.telegram import NO_LIMITS, FakeTelegram, FakeUser
from tests.process.checker import Ledger, check
from tests.process.place import running
from tests.process.shop import ANGRY, Shop
from tests.process.warm_start import WarmStart

PEOPLE = 9
WORDS = (
    "Phí giao hàng là bao nhiêu?", "shop ơi", "cho mình hỏi", "What payment methods do you take?", "cảm ơn shop",
    "Có áo thun không?", "Đơn hàng của mình đến đâu rồi?", "/help", "TH-20001 2001", "đổi trả thế nào vậy shop?", ANGRY,
)  # fmt: skip


async def write_for_ever(people: list[FakeUser], chance: random.Random) -> None:
    while True:
        who = chance.choice(people)
        if chance.random() < 0.05:
            who.sends_album(2)
        else:
            who.says(chance.choice(WORDS))
        await asyncio.sleep(chance.uniform(0.005, 0.1))


async def kill_again_and_again(shop: Shop, kills: int, chance: random.Random) -> None:
    """Some kills strike while it starts, some while it serves."""
    for _ in range(kills):
        await shop.process.launch()
        await asyncio.sleep(chance.uniform(0.8, 3.0))
        await shop.process.kill()


@pytest.mark.parametrize(
    ("kills", "webhook"),
    [
        pytest.param(1, False, id="once"),
        pytest.param(10, False, id="often-polling", marks=pytest.mark.slow),
        pytest.param(6, True, id="often-webhook", marks=pytest.mark.slow),
    ],
)
async def test_killed_at_any_moment(tmp_path: Path, stocked: str, warm: WarmStart, kills: int, webhook: bool) -> None:
    chance = random.Random(kills)
    async with (
        FakeTelegram(limits=NO_LIMITS, webhook_patience=0.05) as fake,
        running(fake, tmp_path, stocked, warm, fake.staff_group(), webhook=webhook) as shop,
    ):
        people = [shop.customer() for _ in range(PEOPLE)]
        fake.faults.slow("sendMessage", seconds=0.02, times=10**9)  # a moment in which a kill leaves things unclear
        writing = asyncio.create_task(write_for_ever(people, chance))
        await kill_again_and_again(shop, kills, chance)
        fake.faults.duplicate_updates(5)
        await shop.process.start()
        await asyncio.sleep(1)
        writing.cancel()
        await shop.until(lambda: not fake.bot.mailroom.pending)
        await shop.quiet()
        assert await shop.process.stop() == 0

        ledger = await Ledger.read(shop.database)
        check(fake, ledger, people, shop.staff)
        assert len(ledger.ambiguous) <= kills * (PEOPLE + 1)  # at most one under way in each lane
        assert "Traceback" not in shop.process.whole_log
