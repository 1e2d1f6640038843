"""What a customer says, their name and their number stay out of every log, at any level."""

import logging

import pytest

from storage.errors import StorageError
from storage.work import Work
from tests.doubles.house import MAI, House

PRIVATE = ("Bí mật", "bí mật", "900001001", "Thuỳ Linh", "Nguyễn", "TH-10231", "vô cùng riêng tư")


def revealed(caplog: pytest.LogCaptureFixture) -> list[str]:
    said = [record.getMessage() + (record.exc_text or "") for record in caplog.records]
    return [line for line in said if any(secret in line for secret in PRIVATE)]


async def test_a_whole_dialogue(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await house.says("demo-1", "Đơn TH-10231 của Nguyễn Thuỳ Linh đâu rồi? Bí mật nhé")
    await house.says("demo-1", "Cho tôi gặp nhân viên, chuyện vô cùng riêng tư")
    await house.claims(MAI, "demo-1")
    await house.staff_says(MAI, "demo-1", "Em chào chị Thuỳ Linh")
    await house.closes(MAI, "demo-1", "bí mật")
    assert revealed(caplog) == []


async def test_a_turn_that_fails(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The errors of a database quote the values it was given; our logs must not."""
    real, failures = Work.commit, iter([True, False])

    async def fails_once(self: Work) -> None:
        if any(type(row).__name__ == "Turn" for row in self.session.identity_map.values()) and next(failures, False):
            raise StorageError("no room for 'Bí mật' of +84900001001")
        await real(self)

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(Work, "commit", fails_once)
    await house.says("demo-1", "Bí mật của Nguyễn Thuỳ Linh: đơn đâu rồi?")
    assert [line for line in revealed(caplog) if "no room" not in line] == []
