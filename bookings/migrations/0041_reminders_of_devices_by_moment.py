from django.db import migrations

#: The key says now which moment was told of, not only which hand-over. A device told of before
#: would be told of once more; the moment stands in what was said. What is back needs no key.
BY_MOMENT = """
UPDATE notifications_message AS told
SET dedupe_key = anew.key
FROM (
    SELECT message.id,
        message.dedupe_key || ':'
            || floor(extract(epoch FROM (message.context->>'due')::timestamptz))::bigint AS key
    FROM notifications_message AS message
    JOIN bookings_handover AS lent
        ON lent.back_at IS NULL AND lent.id::text = split_part(message.dedupe_key, ':', 2)
    WHERE message.kind IN ('bookings.equipment_due', 'bookings.equipment_overdue')
        AND message.dedupe_key = message.kind || ':' || lent.id
        AND message.context->>'due' IS NOT NULL
) AS anew
WHERE told.id = anew.id
    AND NOT EXISTS (
        SELECT 1 FROM notifications_message AS other
        WHERE other.channel = told.channel AND other.dedupe_key = anew.key
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0037_companions"),
        ("notifications", "0010_messages_of_a_person_by_day"),
    ]

    operations = [migrations.RunSQL([BY_MOMENT], migrations.RunSQL.noop)]
