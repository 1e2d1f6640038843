"""The web desk of the real process in a real browser: the staff group is bound from there, and troubles show there."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.doubles.telegram import FakeForum, FakeStaff
from tests.process.house_process import PATIENCE
from tests.process.shop import Shop

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SOON = PATIENCE * 1000


async def code_from(desk: Page) -> str:
    """A fresh binding code, as an admin reads it."""
    await desk.reload()
    await desk.get_by_text("Link a Telegram group").first.click()
    words = await desk.locator(".sheet .code").text_content(timeout=SOON)
    found = re.search(r"/link (\S+)", words or "")
    assert found, words
    return found[1]


async def reply_to(shop: Shop, who: FakeStaff, group: FakeForum, words: str) -> str:
    """What the bot answers in the group."""
    said = who.writes(None, words)

    def answered() -> str:
        answers = (m for m in group.messages if m.raw.get("reply_to_message", {}).get("message_id") == said.id)
        return next((answer.text for answer in answers), "")

    return await shop.until(answered)


async def test_a_group_is_bound_by_a_code_and_by_nothing_else(shop: Shop, desk: Page) -> None:
    code = await code_from(desk)
    group = shop.fake.staff_group("New staff")
    boss = group.member("Boss", admin=True)
    assert "code is unknown" in await reply_to(shop, boss, group, "/link WRONG")
    assert "code is unknown" in await reply_to(shop, boss, group, "/link")
    assert "Anonymous" in await reply_to(shop, group.member("Ghost", anonymous=True), group, f"/link {code}")
    plain = shop.fake.staff_group("No topics", forum=False)
    assert "turn on Topics" in await reply_to(shop, plain.member("Boss"), plain, f"/link {code}")
    powerless = shop.fake.staff_group("No rights")
    powerless.bot_rights("can_delete_messages")
    assert "may not manage topics" in await reply_to(shop, powerless.member("Boss"), powerless, f"/link {code}")

    assert "staff group now" in await reply_to(shop, boss, group, f"/link {code}")
    other = shop.fake.staff_group("Other")
    assert "code is unknown, used" in await reply_to(shop, other.member("Boss"), other, f"/link {code}")
    lan, old = shop.customer(), shop.staff
    shop.staff = group
    topic = await shop.escalated(lan)
    assert "is yours now" in await shop.toast(boss.presses(topic, "✋"))

    shop.staff = old
    code = await code_from(desk)
    assert "staff group now" in await reply_to(shop, old.member("Boss"), old, f"/link {code}")


async def test_what_may_not_have_arrived_shows_at_the_desk(shop: Shop, desk: Page) -> None:
    shop.expected.append("sent or not is unknown")
    lan = shop.customer()
    shop.fake.faults.lose_answer("sendMessage", when=lambda call: call.get("chat_id") == lan.id)
    lan.says("Phí giao hàng là bao nhiêu?")
    await shop.until(lambda: lan.heard)
    await shop.settled(lan)
    await desk.reload()
    await desk.get_by_text("Undelivered").first.click()
    await expect(desk.locator(".work-item").first).to_contain_text(str(lan.id), timeout=SOON)


async def test_the_login_link_opens_once(shop: Shop, desk: Page) -> None:
    context = await desk.context.browser.new_context()  # type: ignore[union-attr]
    page = await context.new_page()
    answer = await page.goto(shop.process.login_link)
    assert answer is not None
    assert answer.status == 403
    await context.close()
