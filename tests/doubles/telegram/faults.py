"""Everything that goes wrong on the way to Telegram and back, on order."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.doubles.telegram.wire import Call

HTML_ERROR = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the next `times` matching requests. `executed`: it strikes after the work is done."""

    method: str = "*"
    times: int = 1
    status: int = 0  # 0: no answer at all, the connection is cut
    description: str = ""
    retry_after: int = 0
    html: bool = False
    executed: bool = False
    seconds: float = 0.0  # answer late, then normally (status and cut do not apply)
    when: Callable[[Call], bool] = field(default=lambda _: True)

    def strikes(self, method: str, call: Call) -> bool:
        return self.times > 0 and self.method.lower() in ("*", method.lower()) and self.when(call)


@dataclass(slots=True)
class Faults:
    """The troubles ordered so far. `duplicates` and `lost_acks` count updates still to be hit."""

    orders: list[Fault] = field(default_factory=list)
    duplicates: int = 0
    lost_acks: int = 0

    def refuse(self, method: str = "*", status: int = 500, times: int = 1, **more: object) -> Fault:
        """Answer with an error status; 429 wants `retry_after`. `html=True` sends a proxy's error page."""
        return self._order(Fault(method, times, status, **more))  # type: ignore[arg-type]

    def drop(self, method: str = "*", times: int = 1, **more: object) -> Fault:
        """Cut the connection before anything is done."""
        return self._order(Fault(method, times, **more))  # type: ignore[arg-type]

    def lose_answer(self, method: str = "*", times: int = 1, status: int = 0, **more: object) -> Fault:
        """Carry the request out, then cut the connection (or answer with an HTML page of `status`)."""
        return self._order(Fault(method, times, status, html=True, executed=True, **more))  # type: ignore[arg-type]

    def slow(self, method: str = "*", seconds: float = 1.0, times: int = 1) -> Fault:
        """Answer late but rightly."""
        return self._order(Fault(method, times, seconds=seconds))

    def duplicate_updates(self, count: int = 1) -> None:
        """Deliver the next `count` acknowledged updates once more."""
        self.duplicates += count

    def lose_webhook_acks(self, count: int = 1) -> None:
        """Overhear the next `count` 2xx answers of the webhook, so that the updates come again."""
        self.lost_acks += count

    def clear(self) -> None:
        self.orders.clear()
        self.duplicates = self.lost_acks = 0

    def take(self, method: str, call: Call) -> Fault | None:
        """The fault that strikes this request, used up by one; None when all is well."""
        for fault in self.orders:
            if fault.strikes(method, call):
                fault.times -= 1
                return fault
        return None

    def _order(self, fault: Fault) -> Fault:
        self.orders.append(fault)
        return fault
