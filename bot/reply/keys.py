"""Every text the code says, with the values it gives to it. config.yaml must hold each of them in both languages."""

from collections.abc import Mapping

from bot.domain.consent import PersonalisationLevel
from bot.domain.incoming import Command
from bot.domain.views import OrderStatus, RequestKind

# What every text may use; address.py and talk.py provide them.
COMMON = frozenset(
    {
        "you",
        "me",
        "You",
        "Me",
        "da",
        "a",
        "name",
        "shop",
        "hotline",
        "opens",
        "closes",
        "open",
        "police",
        "fire",
        "ambulance",
        "listening",
    }
)

_ORDER = "code items placed since delivered carrier tracking expected"
_REFUSED = "code items delivered days"


def _with(values: str, *keys: str) -> dict[str, frozenset[str]]:
    return dict.fromkeys(keys, frozenset(values.split()))


VARIABLES: Mapping[str, frozenset[str]] = {
    # talk
    **_with("", "start", "help", "greeting", "greeting_again", "thanks", "praise_thanks", "anything_else", "unknown"),
    **_with("", "unclear"),
    **_with("", "unreadable", "unreadable_voice", "unreadable_photo", "human_offer", "human_declined", "rated_thanks"),
    **_with("question answer", "faq_answer"),
    **_with("", "voice_relayed", "voice_unclear", "voice_too_long", "voice_beside"),
    **_with("", "account_help", "complaint_what", "still_waiting", "ask_again", "ask_other", "nothing_to_leave"),
    # leads
    **_with("", "sorry_wait", "sorry_problem", "sorry_letdown", "sorry_trouble", "reassure", "steps", "glad", "listen"),
    # errors
    **_with("", "busy", "went_wrong", "stale_button", "not_yours", "not_found"),
    # humans
    **_with("", "escalated_human", "escalated_angry", "escalated_danger", "escalated_legal", "escalated_fraud"),
    **_with("", "escalated_injury", "danger_again", "escalated_self_harm", "self_harm_again", "still_waiting_again"),
    **_with("", "farewell", "condolence", "taste_noted"),
    **_with("", "escalated_failed", "escalated_trend", "escalated_complaint", "human_left", "case_closed_rate"),
    **_with("", "human_passed_on"),
    **_with("staff", "human_joined"),
    # orders
    **_with(_ORDER, *(f"order_{status}" for status in OrderStatus)),
    **_with("expected", "order_late"),
    **_with("", "order_late_ask", "return_our_fault"),
    **_with("thing", "order_no_such_thing"),
    **_with("code items", "order_again"),
    **_with(
        "", "order_found", "order_not_received", "no_orders", "link_found", "link_none", "link_taken", "link_failed"
    ),
    **_with("", "lookup_too_often", "if_understood"),
    **_with("code", "order_not_yours", "link_digits", "link_ask", "link_not_yours", "lookup_no_match"),
    **_with("days", "return_rule"),
    **_with("code items", "about_order"),
    **_with("code items delivered until", "return_open", "return_over"),
    # requests
    **_with("", "request_none", *(f"kind_{kind}" for kind in RequestKind)),
    **_with("", *(f"request_is_{status}" for status in ("open", "accepted", "done", "refused"))),
    **_with("number kind order status created", "request_line"),
    **_with("number kind note", "request_accepted", "request_done", "request_refused"),
    **_with("number kind order status", "request_exists"),
    **_with(_REFUSED, "cancel_shipped", "cancel_delivered", "change_shipped", "change_delivered", "order_over"),
    **_with(_REFUSED, "return_not_yet", "return_late", "return_done", "warranty_not_yet"),
    **_with(
        "kind",
        "ask_order",
        "ask_item",
        "ask_photo",
        "ask_receipt",
        "ask_reason_cancel",
        "ask_reason_return",
        "ask_wish",
    ),
    **_with("kind", "ask_what_change", "ask_detail_change", "ask_issue_payment", "ask_problem_warranty"),
    **_with("code items", *(f"confirm_{kind}" for kind in RequestKind)),
    **_with("number code", *(f"made_{kind}" for kind in RequestKind)),
    **_with("label value", "summary_line"),
    **_with("", "form_left", "form_stuck", "photo_there", "photo_none"),
    **_with(
        "", *(f"field_{field}" for field in ("item", "reason", "wish", "what", "detail", "issue", "problem", "photo"))
    ),
    **_with("", "option_changed_mind", "option_ordered_wrong", "option_too_slow", "option_cheaper", "option_other"),
    **_with("", "option_new_address", "option_new_size", "option_new_quantity", "option_all", "option_skip"),
    **_with("", "option_exchange", "option_refund"),
    **_with("", "option_damaged", "option_wrong_received", "option_size_fit", "option_not_as_shown"),
    **_with("", "option_charged_twice", "option_paid_unseen", "option_refund_missing"),
    # products and suggestions
    **_with("", "product_which", "stock_none", "stock_plenty", "compare_head"),
    **_with("count", "stock_few"),
    **_with("product price stock", "product_head", "price_line"),
    **_with("description", "product_description"),
    **_with("name value", "product_attribute", "product_variant"),
    **_with("months", "product_warranty", "warranty_months"),
    **_with("returnable days", "product_returns"),
    **_with("", "aspect_price", "aspect_stock", "aspect_warranty"),
    **_with("aspect", "compare_aspect"),
    **_with("product value", "compare_row"),
    **_with("product price", "card"),
    **_with("budget", "offer_none_fits", "offer_found"),
    **_with("", "offer_asked", "offer_more", "offer_none", "recommend_need", "suggest_intro", "not_interested"),
    **_with("why", "why"),
    # privacy and preferences
    **_with("level stopped off basic full improve improve_allowed", "privacy"),
    **_with("", "improve", "improve_set_yes", "improve_set_no"),
    **_with("", *(f"level_{level}" for level in PersonalisationLevel)),
    **_with("off basic full", "level_question"),
    **_with("meaning back", *(f"level_set_{level}" for level in PersonalisationLevel)),
    **_with("address level improve_allowed orders requests known", "mydata"),
    **_with("", "mydata_none", "forget_ask", "forget_kept", "stop"),
    **_with("human", "forget_done"),
    **_with("", "language_ask", "language_set", "address_ask", "address_set"),
    # labels
    **_with("", *(f"menu_{command}" for command in Command if command is not Command.START)),
    **_with("", *(f"button_level_{level}" for level in PersonalisationLevel)),
    **_with("", "button_improve_yes", "button_improve_no"),
    **_with("", "button_human", "button_no_human", "button_share_phone", "button_yes", "button_no"),
    **_with("", "button_forget", "button_keep", "button_details", "button_why", "button_not_interested"),
}
