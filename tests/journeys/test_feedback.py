"""Three questions after a use, on a phone: by the link alone, and once."""

from __future__ import annotations

from playwright.sync_api import expect

from bookings.models import Booking
from bookings.services import feedback
from tests.journeys.conftest import Shot, Visit
from tests.journeys.portal import Site
from tests.journeys.test_accessibility import english, expect_nothing, faults

_PHONE = {"width": 360, "height": 740}
#: a use of the last days that nobody has answered for
_USE = """
    SELECT b.id FROM bookings_booking b
    LEFT JOIN bookings_feedback f ON f.booking_id = b.id
    WHERE b.state = 'completed' AND b.completed_at > now() - interval '20 days'
        AND b.merchant_id IS NOT NULL AND f.id IS NULL
    ORDER BY b.completed_at LIMIT 1
"""


def test_questions_when_answered_by_the_link_then_thanked_and_not_asked_again(
    visit: Visit, shot: Shot, site: Site
) -> None:
    page = visit("phone")
    use = Booking(pk=site.value(_USE))
    address = f"/feedback/{feedback.token_of(use)}/"
    page.goto(address)
    expect(page.locator("main fieldset")).to_have_count(3)
    expect(page.get_by_role("banner").get_by_role("link", name="로그인")).to_have_count(1)
    shot(page, "feedback")
    found = faults(page, "feedback") + english(page)
    page.set_viewport_size(_PHONE)
    for question in ("space", "help"):
        page.locator(f"input[name={question}][value='5']").check()
    page.get_by_role("button", name="답변 보내기").click()
    expect(page.locator("h1")).to_have_text("감사합니다")
    shot(page, "feedback-given")
    found += faults(page, "thanks") + english(page)
    page.goto(address)
    expect(page.locator("h1")).to_have_text("감사합니다")
    expect(page.locator("main form")).to_have_count(0)
    forged = page.goto(address.replace(f"/{use.pk}:", f"/{use.pk + 1}:"))
    assert forged
    assert forged.status == 404
    expect_nothing(found)
