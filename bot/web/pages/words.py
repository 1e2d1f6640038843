"""The words of the pages, English and Vietnamese. A word that is missing in one language fails the tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LANGUAGES = ("en", "vi")

_WORDS: dict[str, tuple[str, str]] = {
    # the frame
    "simulator": ("Simulator", "Mô phỏng"),
    "desk": ("Desk", "Bàn hỗ trợ"),
    "policies": ("Policies", "Chính sách"),
    "log_in": ("Log in", "Đăng nhập"),
    "log_in_to": ("Log in to {shop}", "Đăng nhập vào {shop}"),
    "log_out": ("Log out", "Đăng xuất"),
    "login_name": ("Name", "Tên đăng nhập"),
    "password": ("Password", "Mật khẩu"),
    "login_hint": (
        "The first start of Thấu prints a one-time login link for the admin.",
        "Lần khởi động đầu tiên, Thấu in ra một liên kết đăng nhập dùng một lần cho quản trị viên.",
    ),
    "link_used": (
        "This login link was used already or has expired.",
        "Liên kết đăng nhập này đã được dùng hoặc đã hết hạn.",
    ),
    "wrong_login": ("Name or password is wrong.", "Tên đăng nhập hoặc mật khẩu không đúng."),
    "too_many_tries": (
        "Too many tries. Please wait five minutes.",
        "Bạn đã thử quá nhiều lần. Vui lòng đợi năm phút.",
    ),
    "other_language": ("Tiếng Việt", "English"),
    "logged_out": ("Your session has ended. Please log in again.", "Phiên đã kết thúc. Vui lòng đăng nhập lại."),
    "not_allowed": ("You have no right to do this.", "Bạn không có quyền làm việc này."),
    "changed": ("This has changed meanwhile.", "Nội dung này vừa thay đổi."),
    "busy": ("Too much at once. Please try again in a moment.", "Đang quá tải. Vui lòng thử lại sau giây lát."),
    "failed": ("That did not work. The log has the details.", "Chưa thực hiện được. Chi tiết có trong nhật ký."),
    "role_agent": ("Agent", "Nhân viên"),
    "role_senior": ("Senior", "Trưởng nhóm"),
    "role_admin": ("Admin", "Quản trị"),
    "seniors_only": ("This page is for seniors and admins.", "Trang này dành cho trưởng nhóm và quản trị viên."),
    # simulator
    "play_customer": ("Be a customer", "Vào vai khách hàng"),
    "somebody_new": ("Somebody new", "Khách mới"),
    "somebody_new_about": ("A stranger writes for the first time", "Một người lạ nhắn lần đầu"),
    "search_people": ("Search name or story", "Tìm theo tên hoặc câu chuyện"),
    "nobody_found": ("Nobody by that name.", "Không tìm thấy ai."),
    "customers": ("Customers", "Khách hàng"),
    "chat": ("Chat", "Trò chuyện"),
    "understood": ("Understood", "Thấu hiểu"),
    "write_message": ("Message", "Nhắn tin"),
    "send": ("Send", "Gửi"),
    "attach": ("Attach", "Đính kèm"),
    "photo": ("Photo", "Ảnh"),
    "voice": ("Voice message", "Tin nhắn thoại"),
    "sticker": ("Sticker", "Nhãn dán"),
    "video": ("Video", "Video"),
    "document": ("File", "Tệp"),
    "contact": ("Phone number shared", "Đã chia sẻ số điện thoại"),
    "other": ("Attachment", "Tệp đính kèm"),
    "share_phone": ("Share phone number", "Chia sẻ số điện thoại"),
    "phone_to_share": ("Which number does this customer share?", "Khách này chia sẻ số nào?"),
    "cancel": ("Cancel", "Hủy"),
    "download": ("Download", "Tải về"),
    "typing": ("{shop} is typing", "{shop} đang trả lời"),
    "try_one": ("Try one of these", "Thử một câu"),
    "empty_chat": (
        "Write anything, or start with one of these. Beside the chat you see what Thấu understood.",
        "Hãy nhắn bất kỳ điều gì, hoặc bắt đầu với một câu dưới đây. Bên cạnh là những gì Thấu hiểu được.",
    ),
    "nothing_understood": (
        "Here you will see the mood Thấu heard, what the customer wants, and why it answers as it does.",
        "Ở đây bạn sẽ thấy tâm trạng mà Thấu nhận ra, điều khách cần, và vì sao Thấu trả lời như vậy.",
    ),
    "you": ("You", "Bạn"),
    "bot": ("Thấu", "Thấu"),
    "staff": ("Staff", "Nhân viên"),
    "customer": ("Customer", "Khách hàng"),
    "edited": ("edited", "đã sửa"),
    "pressed": ("Pressed", "Đã bấm"),
    "joined": ("{count} messages, read as one", "{count} tin nhắn, đọc như một"),
    "live_simulator": (
        "Live database: only test customers can be played here.",
        "Cơ sở dữ liệu thật: ở đây chỉ mô phỏng được khách thử.",
    ),
    # what was understood
    "mood": ("Mood", "Tâm trạng"),
    "intensity": ("Intensity", "Cường độ"),
    "intensity_low": ("mild", "nhẹ"),
    "intensity_mid": ("clear", "rõ"),
    "intensity_high": ("strong", "mạnh"),
    "emotions": ("Emotions", "Cảm xúc"),
    "wants": ("Wants", "Mong muốn"),
    "sure": ("Sure", "Độ chắc chắn"),
    "unsure": ("unsure", "chưa chắc"),
    "read_by": ("Read by", "Đọc bởi"),
    "source_lexicon": ("lexicon (fallback)", "từ điển (dự phòng)"),
    "source_encoder": ("trained model", "mô hình đã huấn luyện"),
    "source_transformer": ("your checkpoint", "mô hình riêng"),
    "alarms": ("Alarms", "Cảnh báo"),
    "journey": ("Journey", "Hành trình"),
    "decision": ("Decision", "Quyết định"),
    "policy": ("Policy", "Chính sách"),
    "why": ("Why", "Vì sao"),
    "suggestion": ("Suggestion", "Gợi ý"),
    "nothing_offered": ("Nothing offered", "Không gợi ý"),
    "not_considered": ("This answer has no place for an offer.", "Câu trả lời này không có chỗ cho gợi ý."),
    "true_reason": ("True reason", "Lý do thật"),
    "case": ("Case", "Ca hỗ trợ"),
    "open_at_desk": ("Open at the desk", "Mở ở bàn hỗ trợ"),
    "language": ("Language", "Ngôn ngữ"),
    "language_en": ("English", "Tiếng Anh"),
    "language_vi": ("Vietnamese", "Tiếng Việt"),
    "language_other": ("Other", "Ngôn ngữ khác"),
    "level_off": ("off", "tắt"),
    "level_basic": ("basic", "cơ bản"),
    "level_full": ("full", "đầy đủ"),
    "personal_level": ("Personalisation", "Cá nhân hóa"),
    "kind_reply": ("Answered", "Trả lời"),
    "kind_ask": ("Asked back", "Hỏi lại"),
    "kind_offer": ("Offered", "Gợi ý"),
    "kind_escalate": ("Brought in a human", "Mời nhân viên"),
    "kind_silence": ("Stayed silent", "Im lặng"),
    "mood_angry": ("Angry", "Giận dữ"),
    "mood_frustrated": ("Frustrated", "Bực bội"),
    "mood_disappointed": ("Disappointed", "Thất vọng"),
    "mood_anxious": ("Anxious", "Lo lắng"),
    "mood_confused": ("Confused", "Bối rối"),
    "mood_neutral": ("Neutral", "Bình thường"),
    "mood_curious": ("Curious", "Tò mò"),
    "mood_happy": ("Happy", "Vui"),
    "mood_grateful": ("Grateful", "Biết ơn"),
    "intent_track_order": ("Where is my order", "Hỏi đơn hàng"),
    "intent_delivery_problem": ("Delivery problem", "Sự cố giao hàng"),
    "intent_return_refund": ("Return or refund", "Đổi trả, hoàn tiền"),
    "intent_cancel_order": ("Cancel an order", "Hủy đơn"),
    "intent_change_order": ("Change an order", "Sửa đơn"),
    "intent_payment_problem": ("Payment problem", "Sự cố thanh toán"),
    "intent_product_question": ("Product question", "Hỏi về sản phẩm"),
    "intent_recommendation": ("Wants a suggestion", "Nhờ tư vấn"),
    "intent_price_promo": ("Price and offers", "Giá và khuyến mãi"),
    "intent_stock": ("In stock?", "Còn hàng không"),
    "intent_warranty_repair": ("Warranty or repair", "Bảo hành, sửa chữa"),
    "intent_account_problem": ("Account problem", "Sự cố tài khoản"),
    "intent_human_agent": ("Wants a human", "Muốn gặp nhân viên"),
    "intent_complaint": ("Complaint", "Phàn nàn"),
    "intent_praise": ("Praise", "Khen ngợi"),
    "intent_greeting": ("Greeting", "Chào hỏi"),
    "intent_privacy": ("Privacy", "Quyền riêng tư"),
    "intent_other": ("Something else", "Việc khác"),
    "stage_awareness": ("Getting to know", "Làm quen"),
    "stage_consideration": ("Considering", "Cân nhắc"),
    "stage_decision": ("Deciding", "Quyết định"),
    "stage_post_purchase": ("After purchase", "Sau mua"),
    "stage_retention": ("Regular", "Khách quen"),
    "stage_at_risk": ("At risk", "Có thể rời đi"),
    "alarm_danger": ("danger", "nguy hiểm"),
    "alarm_legal_threat": ("legal threat", "dọa kiện"),
    "alarm_fraud": ("fraud", "lừa đảo"),
    "alarm_human_wish": ("wants a human", "muốn gặp nhân viên"),
    # desk
    "queue": ("Queue", "Hàng chờ"),
    "requests": ("Requests", "Yêu cầu"),
    "undelivered": ("Undelivered", "Chưa gửi được"),
    "queue_empty": ("Nobody is waiting", "Không có ai đang chờ"),
    "queue_empty_about": (
        "When a customer needs a human, they appear here at once.",
        "Khi khách cần nhân viên, họ sẽ hiện ở đây ngay.",
    ),
    "requests_empty": ("No open requests", "Không có yêu cầu nào"),
    "requests_empty_about": (
        "Cancellations, returns and other requests of customers are settled here.",
        "Yêu cầu hủy, đổi trả và các yêu cầu khác của khách được xử lý ở đây.",
    ),
    "undelivered_empty": ("Everything was delivered", "Mọi tin nhắn đã được gửi"),
    "undelivered_empty_about": (
        "Messages that could not be sent, or may have been sent or not, would stand here.",
        "Tin nhắn không gửi được, hoặc không rõ đã gửi hay chưa, sẽ hiện ở đây.",
    ),
    "choose_case": ("Choose a case", "Hãy chọn một ca"),
    "choose_case_about": (
        "Keys: J and K move through the queue, C claims, R answers.",
        "Phím tắt: J và K để di chuyển, C để nhận ca, R để trả lời.",
    ),
    "claim": ("Claim", "Nhận ca"),
    "pass_on": ("Pass on", "Chuyển ca"),
    "close": ("Close", "Đóng ca"),
    "pass_on_note": ("What should the next colleague know?", "Đồng nghiệp tiếp theo cần biết gì?"),
    "close_reason": ("How was it solved? (for colleagues)", "Ca được giải quyết thế nào? (cho đồng nghiệp)"),
    "answer_customer": ("Answer the customer", "Trả lời khách"),
    "answer_claims": ("Answer the customer (claims the case)", "Trả lời khách (đồng thời nhận ca)"),
    "write_note": ("Note for colleagues", "Ghi chú nội bộ"),
    "note": ("Note", "Ghi chú"),
    "answer": ("Answer", "Trả lời"),
    "save_note": ("Save note", "Lưu ghi chú"),
    "send_keys": ("Enter sends, Shift+Enter breaks the line", "Enter để gửi, Shift+Enter để xuống dòng"),
    "held_by": ("held by {name}", "{name} đang giữ"),
    "held_by_you": ("you hold this", "bạn đang giữ"),
    "waiting": ("waiting", "đang chờ"),
    "closed": ("closed", "đã đóng"),
    "urgency_1": ("normal", "bình thường"),
    "urgency_2": ("high", "cao"),
    "urgency_3": ("critical", "khẩn cấp"),
    "bot_is_silent": ("The bot is silent while you hold this case.", "Bot im lặng khi bạn giữ ca này."),
    "held_elsewhere": (
        "{name} holds this case. Notes are still possible.",
        "{name} đang giữ ca này. Bạn vẫn có thể ghi chú.",
    ),
    "about_case": ("About", "Thông tin"),
    "mood_line": ("Mood in this conversation", "Tâm trạng trong cuộc trò chuyện"),
    "trend_rising": ("rising", "tốt lên"),
    "trend_steady": ("steady", "ổn định"),
    "trend_falling": ("falling", "xấu đi"),
    "orders": ("Orders", "Đơn hàng"),
    "order_placed": ("placed", "đã đặt"),
    "order_packed": ("packed", "đã đóng gói"),
    "order_shipped": ("on its way", "đang giao"),
    "order_delivered": ("delivered", "đã giao"),
    "order_returned": ("returned", "đã trả"),
    "order_cancelled": ("cancelled", "đã hủy"),
    "reason_angry": ("angry", "giận dữ"),
    "reason_danger": ("danger", "nguy hiểm"),
    "reason_legal_threat": ("legal threat", "dọa kiện"),
    "reason_fraud": ("fraud", "lừa đảo"),
    "reason_human_wish": ("wants a human", "muốn gặp nhân viên"),
    "reason_needs_human": ("needs a human", "cần nhân viên"),
    "reason_repeated_failure": ("bot could not help", "bot chưa giúp được"),
    "reason_trend": ("mood is falling", "tâm trạng xấu đi"),
    "no_orders": ("No linked orders", "Chưa liên kết đơn hàng"),
    "tried": ("What the bot tried", "Bot đã thử"),
    "nothing_tried": ("Nothing yet", "Chưa thử gì"),
    "suggested_reply": ("Suggested reply", "Gợi ý trả lời"),
    "use_reply": ("Use", "Dùng"),
    "happened": ("What happened", "Diễn biến"),
    "event_opened": ("opened", "mở ca"),
    "event_claimed": ("claimed by {name}", "{name} nhận ca"),
    "event_passed_on": ("passed on by {name}", "{name} chuyển ca"),
    "event_noted": ("note by {name}", "{name} ghi chú"),
    "event_replied": ("{name} answered", "{name} trả lời"),
    "event_reminded": ("reminded", "nhắc lại"),
    "event_closed": ("closed by {name}", "{name} đóng ca"),
    "event_rated": ("rated", "được đánh giá"),
    "accept": ("Accept", "Tiếp nhận"),
    "event_forgotten": ("the customer had their data deleted", "khách đã xóa dữ liệu của mình"),
    "done": ("Done", "Hoàn tất"),
    "refuse": ("Refuse", "Từ chối"),
    "refuse_note": ("Why is it refused?", "Vì sao từ chối?"),
    "request_cancel": ("Cancel order", "Hủy đơn"),
    "request_change": ("Change order", "Sửa đơn"),
    "request_return": ("Return", "Trả hàng"),
    "request_payment": ("Payment", "Thanh toán"),
    "request_warranty": ("Warranty", "Bảo hành"),
    "status_open": ("open", "mới"),
    "status_accepted": ("accepted", "đã tiếp nhận"),
    "state_dead": ("not delivered", "không gửi được"),
    "state_ambiguous": ("sent or not: unknown", "không rõ đã gửi chưa"),
    "link_group": ("Link a Telegram group", "Liên kết nhóm Telegram"),
    "link_group_about": (
        "Write this in your staff group within 15 minutes. The group needs topics, and the bot must be an admin there.",
        "Nhập dòng này trong nhóm nhân viên trong vòng 15 phút. Nhóm cần bật chủ đề và bot phải là quản trị viên.",
    ),
    "ok": ("OK", "OK"),
    "unnamed": ("Unnamed customer", "Khách chưa có tên"),
    "just_now": ("just now", "vừa xong"),
    "minutes": ("{count} min", "{count} phút"),
    "forgotten": ("Forgotten customer", "Khách đã xóa dữ liệu"),
    "hours": ("{count} h", "{count} giờ"),
    "days": ("{count} d", "{count} ngày"),
    # policies
    "policies_about": (
        "What Thấu does, top to bottom: the first policy that fits decides. Safety rules stand above all of these.",
        "Thấu làm gì, từ trên xuống: chính sách đầu tiên phù hợp sẽ quyết định. Các quy tắc an toàn luôn đứng trên.",
    ),
    "version": ("Version {number}", "Phiên bản {number}"),
    "published": ("published {at} by {author}", "xuất bản {at} bởi {author}"),
    "no_version": ("No published version yet", "Chưa có phiên bản nào"),
    "no_drift": ("config.yaml and database agree", "config.yaml và cơ sở dữ liệu khớp nhau"),
    "drift": (
        "config.yaml differs from the database. The database leads; differing:",
        "config.yaml khác với cơ sở dữ liệu. Cơ sở dữ liệu được áp dụng; khác ở:",
    ),
    "priority": ("Priority", "Ưu tiên"),
    "when": ("When", "Khi"),
    "then": ("Then", "Thì"),
    "used_7d": ("Last 7 days", "7 ngày qua"),
    "always": ("always", "luôn luôn"),
    "builtin_rules": ("Built-in rules that decided lately", "Quy tắc có sẵn đã quyết định gần đây"),
}


@dataclass(frozen=True, slots=True)
class Words(Mapping[str, str]):
    """The words of one language; a missing key raises KeyError."""

    language: str

    def __getitem__(self, key: str) -> str:
        return _WORDS[key][LANGUAGES.index(self.language)]

    def __iter__(self) -> Iterator[str]:
        return iter(_WORDS)

    def __len__(self) -> int:
        return len(_WORDS)

    def label(self, group: str, value: str) -> str:
        """The label of a value such as ("mood", "angry"); a value without one is shown as it is, in words."""
        return self.get(f"{group}_{value}", value.replace("_", " "))

    def ago(self, span: timedelta) -> str:
        """How long, in the largest unit that fits."""
        minutes = int(span.total_seconds() // 60)
        if minutes < 1:
            return self["just_now"]
        if minutes < 60:
            return self["minutes"].format(count=minutes)
        if minutes < 48 * 60:
            return self["hours"].format(count=minutes // 60)
        return self["days"].format(count=minutes // 1440)

    def moment(self, at: datetime) -> str:
        """A point in time, day first as Vietnam writes it."""
        return f"{at:%H:%M, %d.%m.%Y}"


def words_for(chosen: str, accept_language: str, default: str = "en") -> Words:
    """The words for a visitor: the language they chose, else the first of the browser's that we speak."""
    wishes = [chosen, *(part.split(";")[0].split("-")[0].strip().lower() for part in accept_language.split(","))]
    return Words(next((wish for wish in wishes if wish in LANGUAGES), default))


def money(amount: int) -> str:
    """Whole Vietnamese đồng, as they are written."""
    return f"{amount:,}".replace(",", ".") + "\u00a0₫"
