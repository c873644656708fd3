"""Short secrets that lie encrypted in the database: keys of authenticator apps, recovery codes.

The key is derived from ``SECRET_KEY``; while that is being changed, ``SECRET_KEY_FALLBACKS``
still open what was sealed before, and ``manage.py reseal`` seals everything anew.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"center.sealing"


def seal(text: str) -> str:
    return _ring().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; ``cryptography.fernet.InvalidToken`` if no key in force opens it."""
    return _ring().decrypt(sealed.encode()).decode()


def resealed(sealed: str) -> str:
    """The same secret under the key of today."""
    return _ring().rotate(sealed.encode()).decode()


def _ring() -> MultiFernet:
    return MultiFernet(
        Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
