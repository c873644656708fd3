"""Texts on a telephone: characters it has, length counted as the networks count it."""

from __future__ import annotations

import unicodedata

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from center.notifications import kinds, previews, rendering, telephone
from center.notifications.channels.text import SmsChannel
from center.notifications.models import SMS
from center.notifications.wording import Wording
from center.permissions import MANAGER
from tests import factories
from tests.conftest import NOW, logged_in
from tests.notifications.test_kinds import example_of, longest_of

WITH_TEXTS = [kind for kind in kinds.every() if SMS in kind.channels]
#: kinds whose words do not fit one piece, with the values of their example, and go as LMS; each
#: costs more, so that a new one is somebody's decision
LONG = {
    "bookings.equipment_overdue",
    "bookings.equipment_replaced",
    "bookings.no_show",
    "bookings.no_show_upheld",
    "bookings.no_show_waived",
    "notifications.account_idle",
    "notifications.rights_answered",
    "programs.ended_in_line",
    "programs.offered",
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", WITH_TEXTS, ids=lambda kind: kind.key)
def test_text_when_of_any_kind_then_one_piece_in_korean_or_known_to_be_long(kind):
    message = example_of(kind, "ko")
    text = rendering.text_message(message, rendering.words_of(message, Wording()))
    in_bytes = len(text.encode("euc-kr"))
    assert (in_bytes > 90) is (kind.key in LONG), f"{in_bytes} bytes: {text}"
    assert previews.size_of(kind, "ko", Wording()) == telephone.Size(in_bytes)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", WITH_TEXTS, ids=lambda kind: kind.key)
def test_text_when_in_english_then_every_character_is_carried(kind):
    message = example_of(kind, "en")
    words = rendering.words_of(message, Wording())
    text = rendering.text_message(message, words)
    assert text.encode("euc-kr")
    assert text.count("?") == words.short.count("?")  # none of those that stand for others


@pytest.mark.django_db
@pytest.mark.parametrize("kind", WITH_TEXTS, ids=lambda kind: kind.key)
def test_text_when_every_value_is_as_long_as_it_can_be_then_a_long_one_with_room(
    kind, carrier, at_now
):
    """A long message carries 2,000 bytes; the provider refuses what is longer."""
    person = factories.user(phone="010-1234-5678")
    message = longest_of(kind, "ko", "가")
    message.recipient, message.created_at = person, NOW
    SmsChannel().deliver(message, rendering.words_of(message, Wording()))
    (sent,) = carrier.taken
    in_bytes = len(sent["text"].encode("euc-kr"))
    assert sent["type"] == ("LMS" if in_bytes > 90 else "SMS")
    assert in_bytes <= 2000
    assert sent["type"] == "SMS" or 0 < len(sent["subject"].encode("euc-kr")) <= 40


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("달구벌 수제청 10:00–12:00 — 확정", "달구벌 수제청 10:00-12:00 - 확정"),
        ("봄맞이 🎉 특가 👩‍🍳 방송", "봄맞이 특가 방송"),
        ("🎬", ""),
        ("Café Zoë", "Cafe Zoe"),
        (unicodedata.normalize("NFD", "한글 상호"), "한글 상호"),
        ("₩5,000 · 「봄」 ① ㎡", "￦5,000 · 「봄」 ① ㎡"),
        ("똠방각하 펲시콜라 뷁", "똠방각하 펲시콜라 뷁"),
        ("ไทย 상점", "??? 상점"),
        ("한 줄\n두 줄", "한 줄\n두 줄"),
    ],
)
def test_carried_when_a_sign_is_unknown_then_one_alike_or_none(text, carried):
    assert telephone.carried(text) == carried


@given(st.text(max_size=60))
def test_carried_when_any_text_then_the_networks_have_every_character_and_twice_is_once(text):
    carried = telephone.carried(text)
    assert telephone.size_of(carried).bytes == len(carried.encode("cp949"))
    assert telephone.carried(carried) == carried


@pytest.mark.parametrize(("count", "is_long"), [(89, False), (90, False), (91, True)])
def test_size_at_ninety_bytes(count, is_long):
    size = telephone.size_of("가" * (count // 2) + "a" * (count % 2))
    assert (size.bytes, size.is_long) == (count, is_long)


def test_subject_when_too_long_then_forty_bytes_of_it():
    assert telephone.shortened("🎉 " + "가" * 30) == "가" * 20


@pytest.mark.django_db
def test_pages_of_ways_and_words_when_looked_at_then_say_the_length_and_what_it_costs_as(at_now):
    client = logged_in(factories.staff(MANAGER))
    rows = BeautifulSoup(client.get("/admin/messages/ways/").text, "html.parser").select("tbody tr")
    lengths = {row.th.text: row.select("td")[-1].text.strip() for row in rows}
    assert len(lengths) == len(WITH_TEXTS)
    no_show = next(kind for kind in WITH_TEXTS if kind.key == "bookings.no_show")
    test_message = next(kind for kind in WITH_TEXTS if kind.key == "notifications.test_message")
    assert lengths[str(no_show.name)] == "142바이트, 장문 문자(LMS)"
    assert lengths[str(test_message.name)].endswith("바이트, 단문 문자(SMS)")

    fields = {"subject": "", "short": "가" * 50, "body": "", "preview": "1"}
    page = client.post("/admin/messages/wording/notifications.test_message/ko/", fields).text
    # "[대구 디지털커머스센터] " before it
    assert "문자 길이: 124바이트, 장문 문자(LMS)" in page
