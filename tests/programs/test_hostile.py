"""Rich text, labels, names of files and products that mean harm come out harmless everywhere."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import pytest
from django.urls import reverse

from programs import richtext
from programs.models import Application, QuestionKind
from tests import factories

SCRIPT = "<script>alert(1)</script>"
BIDI = "\u202egpj.exe"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (f"<p>좋은{SCRIPT} 글</p>", "<p>좋은 글</p>"),
        ('<p onclick="x()">글</p>', "<p>글</p>"),
        ('<a href="javascript:alert(1)">글</a>', '<a rel="noopener noreferrer nofollow">글</a>'),
        ('<a href="data:text/html,x">글</a>', '<a rel="noopener noreferrer nofollow">글</a>'),
        ('<img src="https://elsewhere.example/x.png">', ""),
        ('<iframe src="https://elsewhere.example/"></iframe>', ""),
        ("<style>body{display:none}</style><p>글</p>", "<p>글</p>"),
        ('<p style="position:fixed" id="main" class="btn">글</p>', "<p>글</p>"),
        ('<form action="/x"><input name="a"></form>', ""),
        ("<svg><script>alert(1)</script></svg>", ""),
        ('<math><mi//xlink:href="data:x,<script>alert(4)</script>">', ""),
        (f"<p>a{BIDI}\u2066b\u200f</p>", "<p>agpj.exeb</p>"),
        ("첫 줄\n둘째 줄", "<p>첫 줄</p><p>둘째 줄</p>"),
        ("a\0b", "<p>ab</p>"),
    ],
)
def test_clean_when_it_means_harm_then_what_is_left_does_not(sent, kept):
    assert richtext.clean(sent) == kept
    assert richtext.clean(kept) == kept


def tags_of(page):
    return re.findall(r"<script[^>]*>", page)


@pytest.mark.django_db
def test_pages_when_every_text_is_hostile_then_no_script_of_theirs(
    client, owner_client, merchant, staff_client, at_now
):
    program = factories.program(
        "live_commerce",
        title=f"공고 {SCRIPT}",
        summary=f"</script>{SCRIPT}",
        body=f"<p>글</p>{SCRIPT}",
        partner=SCRIPT,
        contact=SCRIPT,
    )
    question = program.questions.create(
        position=1, kind=QuestionKind.CHOICE, label=SCRIPT, help=SCRIPT, choices=[SCRIPT, "나"]
    )
    program.criteria.create(position=1, name=SCRIPT, explanation=SCRIPT, weight=100)
    application = factories.application(program, merchant, reason=SCRIPT, applied_for=SCRIPT)
    application.answers.create(question=question, value=SCRIPT)
    paper = program.questions.create(position=2, kind=QuestionKind.FILE, label=SCRIPT)
    factories.answer_file(application, paper, name=f"{SCRIPT}.png")
    application.products.create(
        position=1, name=SCRIPT, price=1, stock=1, description=SCRIPT, origin=SCRIPT
    )
    pages = [
        client.get(reverse("program_list")),
        client.get(program.get_absolute_url()),
        client.get(reverse("program_feed")),
        owner_client.get(application.get_absolute_url()),
        owner_client.get(reverse("program_apply", args=[program.slug])),
        owner_client.get(reverse("program_mine")),
        staff_client.get(reverse("admin:application_case", args=[application.pk])),
        staff_client.get(reverse("admin:programs_program_change", args=[program.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert SCRIPT not in text
        assert all("src=" in tag or "ld+json" in tag for tag in tags_of(text)), tags_of(text)


@pytest.mark.django_db
def test_structured_data_when_the_summary_ends_the_script_then_it_is_json_still(client, at_now):
    summary = "</script><script>alert(1)</script>"
    program = factories.program(summary=summary, runs_from=dt.date(2026, 12, 7))
    page = client.get(program.get_absolute_url()).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(found)["description"] == program.summary


@pytest.mark.django_db
def test_products_when_named_with_turned_letters_or_numbers_of_residents_then_refused_or_plain(
    owner_client, merchant, at_now
):
    program = factories.program("live_commerce")
    address = reverse("program_apply", args=[program.slug])
    owner_client.post(address, {"do": "add_product"})
    product = Application.objects.get().products.get()
    fields = {f"p{product.pk}-price": "100", f"p{product.pk}-stock": "1", "do": "hand_in"}
    page = owner_client.post(
        address,
        {**fields, f"p{product.pk}-name": f"유자청{BIDI}", "contact_phone": "010-1234-5678"},
    )
    assert page.status_code == 400  # no photo yet
    form = page.context["form"].products[0]
    assert form.cleaned_data["name"] == "유자청 gpj.exe"


@pytest.mark.django_db
def test_download_when_cells_look_like_formulas_then_neutral_and_asked_what_for(
    staff_client, merchant, at_now
):
    program = factories.program()
    question = program.questions.create(position=1, kind=QuestionKind.LINE, label="=1+1")
    application = factories.application(program, merchant, contact_phone="+82-10-1234-5678")
    application.answers.create(question=question, value='=HYPERLINK("http://x";"y")')
    application.products.create(position=1, name="@SUM(A1)", price=1, stock=1)
    address = reverse("admin:applications_csv", args=[program.pk])
    assert "text/html" in staff_client.get(address)["Content-Type"]
    answer = staff_client.post(address, {"purpose": "operation"})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert len(rows) == 2
    cells = [cell for row in rows for cell in row if cell]
    assert not [cell for cell in cells if cell[0] in "=+-@"]
    assert "'=HYPERLINK" in body
