"""The pages in a real browser, against real storage and the real desk."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from bot.desk.parting import forget_customer
from bot.domain.incoming import Action, Press, Sender
from bot.policy.model import PolicyBook
from bot.web.pages.policies import add_policies
from bot.web.pages.simulator import add_simulator
from bot.web.session import COOKIE
from bot.web.translate import message
from nlp.types import Mood
from storage.tables import Outbox
from tests.web.conftest import Served, Window
from tests.web.stand import BOOK, BRAND, HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ANGRY = "Làm ăn kiểu gì vậy? Tôi chờ hai tuần rồi!!!"
COMPOSER = ".composer textarea"


def stranger() -> str:
    return f"new-{uuid4().hex[:12]}"


async def say(page: Page, text: str) -> None:
    await page.fill(COMPOSER, text)
    await page.press(COMPOSER, "Enter")


async def angry_case(served: Served, text: str = ANGRY) -> tuple[str, int]:
    """A stranger who is furious: their id and their case."""
    who = stranger()
    incoming = message(BRAND, Sender(who, "Mai"), served.stand.now(), text=text)
    await served.stand.turn(incoming)
    async with served.door.database.work() as work:
        where = await work.turns.conversation(BRAND, incoming.conversation)
        assert where is not None
        latest = await work.cases.latest_of(where.id or 0)
    assert latest is not None
    return who, latest[0].id or 0


class TestSimulator:
    async def test_a_message_is_answered_and_understood(self, window: Window) -> None:
        page = await window.open(f"/?as={stranger()}")
        await say(page, "Where is my order?")
        await expect(page.locator(".said.mine .bubble")).to_have_text("Where is my order?")
        await expect(page.locator(".typing")).to_be_visible()
        await expect(page.locator(".said.by-bot .bubble").last).to_contain_text("TH-10234")
        await expect(page.locator(".typing")).to_have_count(0)
        await expect(page.locator(".heard")).to_contain_text("Anxious")
        panel = page.locator(".side.right")
        for shown in ("Anxious", "Where is my order", "order_status", "one open order", "After purchase", "lexicon"):
            await expect(panel).to_contain_text(shown)

    async def test_one_click_on_an_example_brings_in_a_human(self, window: Window) -> None:
        page = await window.open(f"/?as={stranger()}", locale="vi-VN")
        await page.locator(".starter", has_text="lam an kieu gi vay").click()
        await expect(page.locator(".heard")).to_contain_text("Giận dữ")
        await expect(page.locator(".heard")).to_contain_text("Mời nhân viên")
        await expect(page.locator(".side.right")).to_contain_text(re.compile(r"C-\d+"))

    async def test_a_suggestion_shows_its_true_reason_and_the_gate_its_refusal(self, window: Window) -> None:
        page = await window.open(f"/?as={stranger()}")
        panel = page.locator(".side.right")
        await say(page, "The shirt is lovely")
        await expect(panel.locator(".offer")).to_contain_text("True reason: Nhiều khách mua áo này")
        await say(page, "hm")
        await expect(panel).to_contain_text("Nothing offered: level is off")

    async def test_buttons_are_pressed_and_shown_by_their_label(self, window: Window, served: Served) -> None:
        page = await window.open(f"/?as={stranger()}")
        await say(page, "it has a dent")
        await page.locator(".key", has_text="Hoàn tiền").click()
        await expect(page.locator(".said-note")).to_have_text("Pressed: Hoàn tiền")
        await expect(page.locator(".said-note[data-inspect]")).to_be_visible()
        assert served.stand.published[-1].payload["press"] == {"action": "choose", "value": "refund"}

    async def test_menu_keys_speak_their_label(self, window: Window) -> None:
        page = await window.open(f"/?as={stranger()}")
        await say(page, "my order?")
        await page.locator(".menu-keys .key", has_text="Gặp nhân viên").click()
        await expect(page.locator(".said.mine .bubble").last).to_have_text("Gặp nhân viên")

    async def test_a_stranger_types_the_number_they_share(self, window: Window, served: Served) -> None:
        page = await window.open(f"/?as={stranger()}")
        await say(page, "phone")
        await page.locator(".key.phone").click()
        await page.fill(".sheet textarea", "0901 234 999")
        await page.click(".sheet .primary")
        await expect(page.locator(".attachment.contact")).to_be_visible()
        assert served.stand.published[-1].payload["attachments"][0]["phone"] == "+84901234999"

    async def test_photos_voice_and_stickers(self, window: Window, served: Served) -> None:
        page = await window.open(f"/?as={stranger()}")
        for name, shown in (("Photo", ".attachment.photo"), ("Voice message", ".attachment.voice")):
            await page.click("[aria-label=Attach]")
            await page.locator(".pop .item", has_text=name).click()
            await expect(page.locator(shown)).to_be_visible()
        await page.click("[aria-label=Attach]")
        await page.click("[aria-label='Sticker 😡']")
        await expect(page.locator(".bubble.sticker")).to_have_text("😡")
        assert served.stand.published[-1].payload["attachments"][0]["emoji"] == "😡"

    async def test_names_and_words_with_html_stay_text(self, window: Window) -> None:
        page = await window.open("/?as=demo-5")
        attack = "<img src=x onerror='window.hit=1'> <script>window.hit=1</script> ${alert(1)} {{7*7}} `"
        await say(page, attack)
        await expect(page.locator(".said.mine .bubble").last).to_have_text(attack)
        await expect(page.locator(".chat-head h1")).to_have_text(HOSTILE)
        await expect(page.locator(".said.by-bot .bubble").last).to_contain_text("<img")
        await page.reload()
        await expect(page.locator(".said.mine .bubble").last).to_have_text(attack)
        assert await page.evaluate("window.hit") is None
        assert await page.locator(".log img, .log script").count() == 0

    async def test_what_the_bot_says_keeps_telegrams_formatting_only(self, window: Window, served: Served) -> None:
        who = stranger()
        page = await window.open(f"/?as={who}")
        await say(page, "my order?")
        await expect(page.locator(".bubble code")).to_have_text("TH-10234")
        text = "<b>fett</b><img src=x onerror='window.hit=1'><a href='javascript:window.hit=1'>click</a>"
        row = Outbox(
            brand=BRAND, channel="web", lane="x", conversation=f"web:{who}", kind="say", payload={"text": text}
        )
        async with served.door.database.work(write=True) as work:
            await work.mailbox.post([row])
            await work.commit()
        await served.stand.deliver()
        await expect(page.locator(".bubble b", has_text="fett")).to_be_visible()
        await page.locator(".bubble a").click()
        assert await page.evaluate("window.hit") is None

    async def test_people_are_found_without_diacritics(self, window: Window) -> None:
        page = await window.open("/")
        await page.fill("input[type=search]", "nguyen lan")
        await expect(page.locator(".person")).to_have_count(1)
        await page.fill("input[type=search]", "coffee")
        await page.locator(".person").click()
        await expect(page.locator(".chat-head h1")).to_have_text("Sarah Connolly")
        await expect(page).to_have_url(re.compile("as=demo-3"))

    async def test_enter_that_ends_a_composition_sends_nothing(self, window: Window, served: Served) -> None:
        page = await window.open(f"/?as={stranger()}")
        await page.fill(COMPOSER, "chào")
        before = len(served.stand.published)
        await page.dispatch_event(COMPOSER, "keydown", {"key": "Enter", "isComposing": True})
        await page.press(COMPOSER, "Shift+Enter")
        await page.wait_for_timeout(200)
        assert len(served.stand.published) == before
        assert (await page.input_value(COMPOSER)).startswith("chào")

    async def test_a_full_intake_says_so(self, window: Window, served: Served) -> None:
        page = await window.open(f"/?as={stranger()}")
        served.stand.full = True
        try:
            await say(page, "hello")
            await expect(page.locator(".q-notification")).to_contain_text("Too much at once")
        finally:
            served.stand.full = False

    async def test_my_data_can_be_downloaded(self, window: Window) -> None:
        page = await window.open(f"/?as={stranger()}")
        await say(page, "/mydata")
        async with page.expect_download() as download:
            await page.locator(".attachment", has_text="mydata.json").click()
        assert (await download.value).suggested_filename == "mydata.json"

    async def test_on_a_phone_tabs_lead_through_the_three_parts(self, window: Window) -> None:
        page = await window.open("/?as=demo-6", width=390, height=844)
        await expect(page.locator(COMPOSER)).to_be_visible()
        await expect(page.locator(".person").first).to_be_hidden()
        await say(page, "The shirt is lovely")
        await page.locator(".heard").last.click()
        await expect(page.locator(".mood-big")).to_be_visible()
        await page.locator(".tab", has_text="Customers").click()
        await expect(page.locator(".person").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= 390")

    async def test_a_live_database_closes_the_simulator(self, window: Window, served: Served) -> None:
        add_simulator(replace(served.door, demo=False))
        try:
            page = await window.open("/?as=demo-1")
            await expect(page).to_have_url(re.compile("/login"))
            page = await window.staff("/")
            await expect(page.locator(".chat-head")).to_contain_text("only test customers")
            await expect(page.locator(".person")).to_have_count(0)
            await page.click("[aria-label=Attach]")
            await page.locator(".pop .item", has_text="Share phone").click()
            await expect(page.locator(".attachment.contact")).to_be_visible()
            assert served.stand.published[-1].payload["attachments"][0]["phone"] == ""
        finally:
            add_simulator(served.door)


class TestDesk:
    async def test_claim_answer_and_close(self, window: Window, served: Served) -> None:
        who, case = await angry_case(served)
        customer = await window.open(f"/?as={who}")
        desk = await window.staff(f"/desk?case={case}")
        await desk.locator(".chat-head .primary").click()
        await expect(desk.locator(".chat-head")).to_contain_text("you hold this")
        await expect(customer.locator(".by-bot .bubble").last).to_have_text("Admin is with you now.")
        await desk.fill(".answer textarea", "I look at <it> now")
        await desk.press(".answer textarea", "Enter")
        await expect(customer.locator(".by-staff .bubble")).to_have_text("I look at <it> now")
        await expect(desk.locator(".by-staff .bubble")).to_have_text("I look at <it> now")
        await say(customer, "thank you")
        await expect(desk.locator(".by-customer .bubble").last).to_have_text("thank you")
        await expect(customer.locator(".heard").last).to_contain_text("Stayed silent")
        await desk.locator(".chat-head .button", has_text="Close").click()
        await desk.fill(".sheet textarea", "sent again")
        await desk.click(".sheet .primary")
        await expect(desk.locator(".chat-head")).to_contain_text("closed")
        await expect(desk.locator(".story")).to_contain_text("sent again")
        await expect(customer.locator(".key")).to_have_count(5)

    async def test_a_new_case_appears_without_reload(self, window: Window, served: Served) -> None:
        desk = await window.staff()
        await desk.wait_for_selector(".columns")
        _, case = await angry_case(served)
        ticket = desk.locator(f".ticket[data-case='{case}']")
        await expect(ticket).to_contain_text("critical")
        await expect(ticket).to_contain_text("Mai")

    async def test_notes_stay_inside(self, window: Window, served: Served) -> None:
        who, case = await angry_case(served)
        desk = await window.staff(f"/desk?case={case}")
        await desk.locator(".switch button", has_text="Note").click()
        await desk.fill(".answer.noting textarea", "knows the courier <b>")
        await desk.press(".answer.noting textarea", "Enter")
        await expect(desk.locator(".story .note")).to_have_text("knows the courier <b>")
        customer = await window.open(f"/?as={who}")
        await expect(customer.locator(".by-bot").last).to_be_visible()
        assert "courier" not in await customer.content()

    async def test_two_who_claim_at_once(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        desk = await window.staff(f"/desk?case={case}")
        await expect(desk.locator(".chat-head .primary")).to_be_visible()
        faster = replace((await served.door.staff.login_password("admin", "letmein"))[0], id="faster", name="Faster")
        await served.door.desk.claim(BRAND, case, faster)
        await desk.locator(".chat-head .primary").click()
        await expect(desk.locator(".q-notification")).to_contain_text("changed meanwhile")
        await expect(desk.locator(".answer")).to_contain_text("Faster holds this case")

    async def test_the_keyboard_moves_claims_and_answers(self, window: Window, served: Served) -> None:
        await angry_case(served)
        desk = await window.staff()
        await desk.wait_for_selector(".ticket")
        await desk.keyboard.press("j")
        await expect(desk.locator(".chat-head h1")).to_be_visible()
        await desk.keyboard.press("c")
        await expect(desk.locator(".chat-head")).to_contain_text("you hold this")
        await desk.keyboard.press("r")
        await expect(desk.locator(".answer textarea")).to_be_focused()

    async def test_news_do_not_disturb_who_is_typing(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        desk = await window.staff(f"/desk?case={case}")
        await desk.fill(".answer textarea", "half a sen")
        await angry_case(served)
        await desk.wait_for_timeout(500)
        assert await desk.input_value(".answer textarea") == "half a sen"

    async def test_requests_are_settled(self, window: Window, served: Served) -> None:
        who, _ = await angry_case(served)
        async with served.door.database.work(write=True) as work:
            found = await work.customers.by_identity(BRAND, "web", who)
            where = await work.turns.conversation(BRAND, f"web:{who}")
            assert found is not None
            assert where is not None
            made = await work.cases.create_request(
                BRAND, "return", found[0].id, where.id or 0, "TH-10234", {"reason": "<i>too</i> small"}
            )
            await work.commit()
        desk = await window.staff()
        await desk.locator(".queue-tabs .tab", has_text="Requests").click()
        item = desk.locator(".work-item", has_text=made.number)
        await expect(item).to_contain_text("<i>too</i> small")
        await item.locator(".button", has_text="Accept").click()
        await expect(item).to_contain_text("accepted")
        await item.locator(".danger").click()
        await desk.fill(".sheet textarea", "worn already")
        await desk.click(".sheet .primary")
        await expect(desk.locator(".work-item.over", has_text=made.number)).to_contain_text("worn already")
        customer = await window.open(f"/?as={who}")
        await expect(customer.locator(".by-bot .bubble").last).to_contain_text("refused. worn already")

    async def test_undelivered_messages_are_shown(self, window: Window, served: Served) -> None:
        row = Outbox(
            brand=BRAND,
            channel="telegram",
            lane="telegram:1:2",
            conversation="telegram:1:2",
            kind="say",
            payload={"text": "<b>Hello</b> &lt;x&gt;"},
        )
        async with served.door.database.work(write=True) as work:
            await work.mailbox.post([row])
            await work.mailbox.kill(row.id or 0, "the customer blocked the bot")
            await work.commit()
        desk = await window.staff()
        await desk.locator(".queue-tabs .tab", has_text="Undelivered").click()
        item = desk.locator(".work-item", has_text="blocked the bot")
        await expect(item).to_contain_text("Hello <x>")

    async def test_a_session_that_ends_closes_the_open_page(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        desk = await window.staff(f"/desk?case={case}")
        await expect(desk.locator(".chat-head .primary")).to_be_visible()
        other = await desk.context.new_page()
        await other.goto(f"{served.url}/policies")
        await other.click("form[action='/logout'] button")
        await desk.locator(".chat-head .primary").click()
        await expect(desk).to_have_url(re.compile("/login"))
        assert COOKIE not in {cookie["name"] for cookie in await desk.context.cookies()}

    async def test_an_admin_says_which_name_customers_read(self, window: Window, served: Served) -> None:
        desk = await window.staff()
        box = desk.locator(".side-head .row")
        await expect(box).to_contain_text("somebody from")
        await box.locator(".button").click()
        await desk.fill(".sheet textarea", "  Minh   Anh ")
        await desk.click(".sheet .primary")
        await expect(box).to_contain_text("“Minh Anh”")
        member, _ = await served.door.staff.login_password("admin", "letmein")
        assert member.name == "Minh Anh"
        await served.door.staff.rename(member, member.id, "Admin")

    async def test_the_forgotten_are_told_so(self, window: Window, served: Served) -> None:
        who = stranger()
        page = await window.open(f"/?as={who}")
        await say(page, "where is my order")
        await expect(page.locator(".by-bot .bubble").last).to_be_visible()
        async with served.door.database.work(write=True) as work:
            found = await work.customers.by_identity(BRAND, "web", who)
            assert found is not None
            await forget_customer(work, BRAND, found[0].id)
            row = Outbox(brand=BRAND, channel="web", lane=f"web:{who}", conversation=f"web:{who}", kind="say",
                         author="system", payload={"text": "Your data is deleted."})  # fmt: skip
            await work.mailbox.post([row])
            await work.mailbox.mark_sending([row.id or 0])
            await work.commit()
        served.stand.feed.notify(f"web:{who}")
        await expect(page.locator(".by-bot .bubble")).to_have_text("Your data is deleted.")
        await expect(page.locator(".typing")).to_have_count(0)

    async def test_an_admin_gets_a_code_for_the_staff_group(self, window: Window) -> None:
        desk = await window.staff()
        await desk.locator(".button", has_text="Link a Telegram group").click()
        await expect(desk.locator(".code")).to_have_text(re.compile(r"/link \S{6,}"))

    async def test_a_wrong_mood_is_corrected_in_two_taps_and_taken_back(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        desk = await window.staff(f"/desk?case={case}")
        other = await window.staff(f"/desk?case={case}")
        read = desk.locator(".mood-read")
        await expect(read.locator("summary")).to_have_text("AngryWrong mood?")
        await expect(read.locator(".choices")).to_be_hidden()
        await read.locator("summary").click()
        await expect(read.locator(".choice")).to_have_count(8)  # the one that was read is no choice
        await read.locator(".choice", has_text="Anxious").click()
        await expect(read.locator("summary b")).to_have_text("Anxious")
        await expect(read.locator("summary")).to_contain_text("corrected by Admin")
        await expect(read.locator("summary s")).to_have_text("Angry")
        await expect(read.locator(".choices")).to_be_hidden()
        await expect(desk.locator(".side.right")).to_contain_text("Anxious")  # the mood line follows
        await expect(other.locator(".mood-read summary b")).to_have_text("Anxious")  # and so does a colleague's page
        await read.locator("summary").click()
        await read.locator(".choice", has_text="Confused").click()
        await expect(read.locator("summary b")).to_have_text("Confused")
        await read.locator("summary").click()
        await expect(read.locator(".choice.here")).to_have_text("Confused")
        await read.locator(".choice.back", has_text="Angry, as it was read").click()
        await expect(read.locator("summary")).to_have_text("AngryWrong mood?")
        async with served.door.database.work() as work:
            assert await work.corrections.of_turn(BRAND, int(await read.get_attribute("data-turn") or 0)) is None

    async def test_the_keyboard_corrects_as_well(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        desk = await window.staff(f"/desk?case={case}")
        await desk.locator(".mood-read summary").focus()
        await desk.keyboard.press("Enter")
        await desk.locator(".choice[data-mood=neutral]").focus()
        await desk.keyboard.press("Enter")
        await expect(desk.locator(".mood-read summary b")).to_have_text("Neutral")

    async def test_an_ended_session_corrects_nothing(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        desk = await window.staff(f"/desk?case={case}")
        await desk.locator(".mood-read summary").click()
        turn = int(await desk.locator(".mood-read").get_attribute("data-turn") or 0)
        other = await desk.context.new_page()
        await other.goto(f"{served.url}/policies")
        await other.click("form[action='/logout'] button")
        await desk.locator(".choice[data-mood=neutral]").click()
        await expect(desk).to_have_url(re.compile("/login"))
        async with served.door.database.work() as work:
            assert await work.corrections.of_turn(BRAND, turn) is None

    async def test_a_button_or_a_photo_has_no_mood_to_correct(self, window: Window, served: Served) -> None:
        who, case = await angry_case(served)
        at = served.stand.now()
        pressed = message(BRAND, Sender(who, "Mai"), at, press=Press(Action.HUMAN))
        await served.stand.turn(pressed)
        desk = await window.staff(f"/desk?case={case}")
        await expect(desk.locator(".said-note")).to_be_visible()
        await expect(desk.locator(".mood-read")).to_have_count(1)

    async def test_moods_fit_a_phone(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served, "Làm ăn kiểu gì vậy?")
        desk = await window.staff(f"/desk?case={case}", width=360, height=740, locale="vi-VN")
        await desk.locator(".mood-read summary").click()
        await desk.locator(".choice", has_text="Thất vọng").click()
        await expect(desk.locator(".mood-read summary")).to_contain_text("Admin đã sửa")
        await desk.locator(".mood-read summary").click()
        await expect(desk.locator(".choice.back")).to_have_text("Giận dữ, như máy đọc")
        assert await desk.evaluate("document.documentElement.scrollWidth <= 360")
        assert all(
            [(await choice.bounding_box() or {})["height"] >= 36 for choice in await desk.locator(".choice").all()]
        )

    async def test_on_a_phone(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        desk = await window.staff(width=390, height=844, locale="vi-VN")
        await desk.locator(f".ticket[data-case='{case}']").click()
        await expect(desk.locator(".answer textarea")).to_be_visible()
        await desk.locator(".tabs .tab", has_text="Thông tin").click()
        await expect(desk.locator(".side.right")).to_contain_text("TH-10234")
        assert await desk.evaluate("document.documentElement.scrollWidth <= 390")


class TestPolicies:
    async def test_rules_version_and_use(self, window: Window, served: Served) -> None:
        await angry_case(served)
        page = await window.staff("/policies")
        await expect(page.locator(".state")).to_contain_text("Version 1")
        await expect(page.locator(".state")).to_contain_text("agree")
        first = page.locator("tbody tr").first
        await expect(first).to_contain_text("furious_customer")
        await expect(first).to_contain_text("angry")
        assert int(await first.locator(".used").inner_text()) >= 1

    async def test_moods_that_staff_corrected_lately(self, window: Window, served: Served) -> None:
        _, case = await angry_case(served)
        async with served.door.database.work() as work:
            found = await work.cases.get(BRAND, case)
        assert found is not None
        member, _ = await served.door.staff.login_password("admin", "letmein")
        await served.door.desk.correct_mood(BRAND, found.turn_id, member, Mood.CURIOUS)
        page = await window.staff("/policies", locale="vi-VN")
        await expect(page.locator(".corrected .term", has_text="Giận dữ → Tò mò")).to_contain_text("1")

    async def test_drift_names_what_differs(self, window: Window, served: Served) -> None:
        changed = PolicyBook(safety=BOOK.safety, rules=BOOK.rules[1:])
        add_policies(replace(served.door, configured=changed))
        try:
            page = await window.staff("/policies")
            await expect(page.locator(".state")).to_contain_text("differs")
            await expect(page.locator(".state")).to_contain_text("furious_customer")
        finally:
            add_policies(served.door)

    async def test_the_language_can_be_chosen(self, window: Window) -> None:
        page = await window.staff("/policies")
        await page.locator("a", has_text="Tiếng Việt").click()
        await expect(page.locator("h1")).to_have_text("Chính sách")
        assert await page.evaluate("document.documentElement.lang") == "vi"
