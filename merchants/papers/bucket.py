"""Papers in a bucket of an S3-compatible storage instead of a folder (``PAPERS_BUCKET_URL``).

They are encrypted before they get here, as they are on a disk: whoever runs the storage reads
nothing. Only imported where such an address is set, as the client takes a while to load.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from merchants.papers.files import PaperStorage, StorageAway

#: what storages say where a bucket or its owner has no room left: MinIO, Ceph, AWS's kin
_FULL = {"XMinioStorageFull", "QuotaExceeded", "InsufficientCapacity", "InsufficientStorage"}
_FULL_STATUS = 507
_GONE = {"NoSuchKey", "404"}
# A page waits for it, and others for the business it has locked, so not for long: seconds,
# and tries in all.
_CONNECT, _READ, _TRIES = 2, 6, 2
# A file is one request, which is there as a whole or not at all; the largest has 20 MiB.
_ONE_REQUEST = 64 * 1024 * 1024


class PaperBucket(PaperStorage, S3Storage):
    """Every fault of the storage is an OSError: StorageAway, or ENOSPC where it is full."""

    def __init__(self, address: str) -> None:
        super().__init__(**options(address))

    def written_before(self, moment: dt.datetime) -> Iterator[str]:
        folder = f"{self.location}/" if self.location else ""
        listing = self.connection.meta.client.get_paginator("list_objects_v2")
        with _translated():
            for page in listing.paginate(Bucket=self.bucket_name, Prefix=folder):
                for entry in page.get("Contents", ()):
                    if entry["LastModified"] < moment:
                        yield entry["Key"].removeprefix(folder)

    def look(self) -> None:
        """Whether the bucket is there and lets us in. Raises StorageAway."""
        with _translated():
            self.connection.meta.client.head_bucket(Bucket=self.bucket_name)

    def exists(self, name: str) -> bool:
        with _translated(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _translated(name):
            super().delete(name)

    def _open(self, name: str, mode: str = "rb") -> File:
        with _translated(name):
            key = self._normalize_name(name)
            found = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=key)
            return ContentFile(found["Body"].read(), name=name)

    def _save(self, name: str, content: Any) -> str:
        with _translated(name):
            return str(super()._save(name, content))


def options(address: str) -> dict[str, Any]:
    """``https://KEY:SECRET@host/bucket/folder?region=name`` as django-storages wants it.

    Raises ValueError where key, secret or bucket are missing.
    """
    url = urlsplit(address)
    bucket, _slash, folder = url.path.strip("/").partition("/")
    if not (url.hostname and url.username and url.password and bucket):
        raise ValueError("an address like https://KEY:SECRET@host/bucket is wanted")
    at = url.netloc.rpartition("@")[2]
    return {
        "access_key": unquote(url.username),
        "secret_key": unquote(url.password),
        "endpoint_url": f"{url.scheme}://{at}",
        "region_name": parse_qs(url.query).get("region", ["us-east-1"])[0],
        "bucket_name": bucket,
        "location": folder,
        "transfer_config": TransferConfig(multipart_threshold=_ONE_REQUEST, use_threads=False),
        "client_config": Config(
            s3={"addressing_style": "path"},
            connect_timeout=_CONNECT,
            read_timeout=_READ,
            retries={"total_max_attempts": _TRIES, "mode": "standard"},
            # Storages other than AWS's do not know the sums it has added by itself since 2025;
            # a paper that is not what was stored does not open anyway.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }


@contextmanager
def _translated(name: str = "") -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _meaning(error, name) from error
    except (BotoCoreError, OSError) as error:
        raise StorageAway(errno.EHOSTDOWN, str(error)) from error


def _meaning(error: ClientError, name: str) -> OSError:
    said = error.response
    code = said.get("Error", {}).get("Code", "")
    status = said.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if name and code in _GONE:
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    if code in _FULL or status == _FULL_STATUS:
        return OSError(errno.ENOSPC, str(error))
    return StorageAway(errno.EHOSTDOWN, str(error))
