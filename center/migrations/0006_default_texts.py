"""The first versions of the legal and consent texts, in the names this house was set up with.

The names are written into the text, not looked up when it is shown: a version in force must
read tomorrow as it reads today. A house that changes its name publishes a new version.
"""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations

TEXTS = Path(__file__).parent / "texts"
IN_FORCE_FROM = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Seoul"))
LEGAL = {
    "privacy": ("개인정보 처리방침", "Privacy policy"),
    "terms": ("이용약관", "Terms of use"),
}
CONSENT = {
    "collection": ("개인정보 수집·이용 안내", "What we collect and why"),
    "third_party": ("감독기관 제공에 동의합니다", "I agree to passing data on to the agencies"),
    "marketing": ("소식과 광고를 받겠습니다", "I want news and advertisements"),
    "night_marketing": ("밤에도 소식을 받겠습니다", "I want them at night too"),
    "portrait": ("사진과 영상을 써도 좋습니다", "My pictures and videos may be used"),
}


def names():
    """What stands between braces in the files."""
    korean = ", ".join(settings.PRIVACY_PROCESSORS)
    english = ", ".join(settings.PRIVACY_PROCESSORS_EN)
    return {
        "center": settings.CENTER_NAME,
        "center_en": settings.CENTER_NAME_EN,
        "phone": settings.CENTER_PHONE,
        "email": settings.CENTER_EMAIL,
        "agencies": ", ".join(settings.SUPERVISING_AGENCIES),
        "agencies_en": ", ".join(settings.SUPERVISING_AGENCIES_EN),
        "officer": settings.PRIVACY_OFFICER,
        "officer_contact": settings.PRIVACY_OFFICER_CONTACT,
        "processors": f"센터는 다음과 같이 업무를 위탁합니다: {korean}."
        if korean
        else "센터는 개인정보 처리를 다른 곳에 위탁하지 않습니다.",
        "processors_en": f"The center has data processed by: {english}."
        if english
        else "The center has no personal data processed by others.",
    }


def make(model, titles):
    known = names()
    for kind, (title_ko, title_en) in titles.items():
        bodies = [(TEXTS / f"{kind}.{code}.txt").read_text("utf-8") for code in ("ko", "en")]
        model.objects.create(
            kind=kind,
            version=1,
            title_ko=title_ko,
            title_en=title_en,
            body_ko=bodies[0].format_map(known),
            body_en=bodies[1].format_map(known),
            in_force_from=IN_FORCE_FROM,
        )


def make_texts(apps, schema_editor):
    make(apps.get_model("center", "LegalText"), LEGAL)
    make(apps.get_model("center", "ConsentText"), CONSENT)


class Migration(migrations.Migration):
    dependencies = [("center", "0005_consents_and_legal_texts")]

    operations = [migrations.RunPython(make_texts, migrations.RunPython.noop)]
