"""What may be asked for an order in which state: the shop's rules for requests."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.views import OrderStatus, OrderView, RequestKind, RequestView
from bot.reply.skills.orders import return_until
from bot.reply.talk import Talk

_BEFORE_SENDING = (OrderStatus.PLACED, OrderStatus.PACKED)
# The text that says why not, per kind and order state; what is not named here is allowed.
_REFUSED: Mapping[RequestKind, Mapping[OrderStatus, str]] = {
    RequestKind.CANCEL: {
        OrderStatus.SHIPPED: "cancel_shipped",
        OrderStatus.DELIVERED: "cancel_delivered",
        OrderStatus.RETURNED: "order_over",
        OrderStatus.CANCELLED: "order_over",
    },
    RequestKind.CHANGE: {
        OrderStatus.SHIPPED: "change_shipped",
        OrderStatus.DELIVERED: "change_delivered",
        OrderStatus.RETURNED: "order_over",
        OrderStatus.CANCELLED: "order_over",
    },
    RequestKind.RETURN: {
        **dict.fromkeys((*_BEFORE_SENDING, OrderStatus.SHIPPED), "return_not_yet"),
        OrderStatus.RETURNED: "return_done",
        OrderStatus.CANCELLED: "order_over",
    },
    RequestKind.PAYMENT: {},
    RequestKind.WARRANTY: {
        **dict.fromkeys((*_BEFORE_SENDING, OrderStatus.SHIPPED), "warranty_not_yet"),
        OrderStatus.RETURNED: "order_over",
        OrderStatus.CANCELLED: "order_over",
    },
}
_RUNNING = ("open", "accepted")


def refusal(talk: Talk, kind: RequestKind, order: OrderView) -> str:
    """The key of the text that says why this is not possible; "" when it is."""
    refused = _REFUSED[kind].get(order.status, "")
    if not refused and kind is RequestKind.RETURN and return_until(talk, order) < timedelta(0):
        return "return_late"
    return refused


def running_request(talk: Talk, kind: RequestKind, order: OrderView) -> RequestView | None:
    """A request of the same kind for the same order that staff still has."""
    same = (one for one in talk.situation.requests if (one.kind, one.order) == (kind, order.code))
    return next((one for one in same if one.status in _RUNNING), None)
