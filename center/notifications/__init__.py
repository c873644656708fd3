"""Messages: queued as rows in the transaction they tell of, delivered by workers.

Knows no domain. What a message says lives in the app that sends it: ``messages.py`` there
registers the kinds (``kinds``), ``templates/emails/<app>/`` has the words. An app sends with
``services.queue``; ``delivery`` brings the rows home through ``channels``.
"""
