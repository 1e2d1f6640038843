"""Health, login and rights over HTTP."""

import httpx
import pytest
from starlette.requests import Request

from bot.web.login import TRIES, Throttle
from bot.web.session import COOKIE, visit_of
from tests.web.conftest import Served
from tests.web.stand import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")

RIGHT = {"login": "admin", "password": PASSWORD}


async def test_alive_is_not_ready(client: httpx.AsyncClient, served: Served) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    assert (await client.get("/readyz")).status_code == 200
    served.stand.working["bus"] = False
    try:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {
            "ready": False,
            "parts": {"database": True, "bus": False, "reader": True},
            "reader": "lexicon",
        }
        assert (await client.get("/healthz")).status_code == 200
    finally:
        served.stand.working["bus"] = True


async def test_a_part_that_raises_is_not_ready(client: httpx.AsyncClient, served: Served) -> None:
    del served.stand.working["reader"]
    try:
        assert (await client.get("/readyz")).json()["parts"]["reader"] is False
    finally:
        served.stand.working["reader"] = True


async def test_metrics_are_prometheus_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'thau_ready{part="database"} 1.0' in answer.text


async def test_other_doors_routes_stand_before_the_pages(client: httpx.AsyncClient) -> None:
    assert (await client.post("/hook", content="update")).text == "update"


@pytest.mark.parametrize("path", ["/desk", "/policies", "/desk?case=1"])
async def test_without_a_login_nothing_of_staff_is_visible(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code in (302, 303, 307)
    assert answer.headers["location"].startswith("/login")
    assert b"ticket" not in answer.content


async def test_the_cookie_is_signed_and_kept_from_scripts(client: httpx.AsyncClient) -> None:
    answer = await client.post("/login", data=RIGHT)
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get("/policies")).status_code == 200


@pytest.mark.parametrize("forged", ["", "x", "Imh4Ig.AAAA", "%00"])
async def test_a_forged_cookie_opens_nothing(client: httpx.AsyncClient, forged: str) -> None:
    answer = await client.get("/desk", headers={"Cookie": f"{COOKIE}={forged}"})
    assert answer.headers["location"].startswith("/login")


async def test_logging_out_revokes_the_session_itself(client: httpx.AsyncClient) -> None:
    await client.post("/login", data=RIGHT)
    kept = client.cookies[COOKIE]
    assert (await client.post("/logout")).status_code == 303
    assert (await client.get("/desk", headers={"Cookie": f"{COOKIE}={kept}"})).headers["location"].startswith("/login")


async def test_a_login_link_works_once(client: httpx.AsyncClient, served: Served) -> None:
    async with served.door.database.work(write=True) as work:
        staff = await work.staff.by_login(served.door.brand, "admin")
        if staff is None:
            await served.door.staff.login_password("admin", PASSWORD)
            staff = await work.staff.by_login(served.door.brand, "admin")
        assert staff is not None
        token = await work.staff.issue(served.door.brand, "login", staff.id, served.stand.now().replace(year=2099))
        await work.commit()
    first = await client.get("/login", params={"token": token})
    assert (first.status_code, first.headers["location"]) == (303, "/desk")
    client.cookies.clear()
    second = await client.get("/login", params={"token": token})
    assert second.status_code == 403
    assert COOKIE not in second.cookies
    assert "used already" in second.text


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/policies", "/policies"),
        ("/desk?case=3", "/desk?case=3"),
        ("https://evil.example", "/desk"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
    ],
)
async def test_a_login_never_leads_away(client: httpx.AsyncClient, wanted: str, led_to: str) -> None:
    answer = await client.post("/login", data=RIGHT | {"next": wanted})
    assert answer.headers["location"] == led_to


async def test_a_wrong_password_says_no_more_than_that(client: httpx.AsyncClient) -> None:
    for login in ("admin", "nobody"):
        answer = await client.post("/login", data={"login": login, "password": "<b>"})
        assert answer.status_code == 403
        assert "Name or password is wrong." in answer.text
        assert COOKIE not in answer.cookies


async def test_too_many_tries_have_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("bot.web.login.time.monotonic", lambda: now)
    throttle = Throttle()
    for _ in range(TRIES):
        assert not throttle.full("1.2.3.4")
        throttle.tried("1.2.3.4")
    assert throttle.full("1.2.3.4")
    assert not throttle.full("5.6.7.8")
    now += 301
    assert not throttle.full("1.2.3.4")


async def test_the_language_is_remembered(client: httpx.AsyncClient) -> None:
    answer = await client.get("/speak/vi", params={"next": "//evil.example"})
    assert answer.headers["location"] == "/desk"
    assert "Đăng nhập" in (await client.get("/login")).text
    assert "set-cookie" not in (await client.get("/speak/xx")).headers


async def test_pages_may_not_be_framed(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/login")).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("client_host", "name", "local"),
    [
        ("127.0.0.1", "127.0.0.1:8080", True),
        ("127.0.0.1", "localhost:8080", True),
        ("::1", "[::1]:8080", True),
        ("127.0.0.1", "evil.example", False),
        ("10.0.0.7", "127.0.0.1:8080", False),
    ],
)
async def test_the_demo_is_open_to_this_machine_only(served: Served, client_host: str, name: str, local: bool) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"host", name.encode())],
        "client": (client_host, 50000),
        "server": ("127.0.0.1", 8080),
    }
    assert await visit_of(Request(scope), served.door).may_simulate() is local


async def test_a_login_that_works_forgives_the_slips_before_it() -> None:
    throttle = Throttle()
    for _ in range(TRIES):
        throttle.tried("1.2.3.4")
    assert throttle.full("1.2.3.4")
    throttle.forgive("1.2.3.4")
    assert not throttle.full("1.2.3.4")
