from django.db import migrations

#: what Daegu's center asks for (domain.md §1); staff change the list in the admin
KINDS = [
    {
        "code": "business_registration",
        "name": "사업자등록증",
        "name_en": "Business registration certificate",
        "explanation": "홈택스나 정부24에서 무료로 내려받을 수 있습니다. 사진으로 찍어 올려도 됩니다.",
        "explanation_en": "Free from Hometax or Government24. A photo will do.",
        "asked_of": ["individual", "corporation"],
        "is_needed": True,
    },
    {
        "code": "small_merchant",
        "name": "소상공인확인서",
        "name_en": "Certificate of small merchant",
        "explanation": "중소벤처24에서 무료로 발급받습니다. 번호와 유효기간은 확인서 위쪽에 있습니다.",
        "explanation_en": "Free from SMEs24. Number and validity stand at its top.",
        "asked_of": ["individual", "corporation"],
        "is_needed": True,
        "has_number": True,
        "has_expiry": True,
    },
    {
        "code": "founding_plan",
        "name": "창업 준비 자료",
        "name_en": "Proof of founding plans",
        "explanation": "사업계획서, 임대차계약서, 창업 교육 수료증 가운데 하나면 됩니다.",
        "explanation_en": "A business plan, a lease or a certificate of a founders' course, any one of them.",
        "asked_of": ["pre_founder"],
        "is_needed": True,
    },
]


def make_kinds(apps, schema_editor):
    kind = apps.get_model("merchants", "DocumentKind")
    for position, fields in enumerate(KINDS):
        kind.objects.get_or_create(code=fields["code"], defaults={**fields, "position": position})


class Migration(migrations.Migration):
    dependencies = [("merchants", "0002_registration")]

    operations = [migrations.RunPython(make_kinds, migrations.RunPython.noop)]
