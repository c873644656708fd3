"""The tables of the yardstick; made by ``migrate --run-syncdb``, they have no migrations."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models


class Business(models.Model):
    name = models.CharField(max_length=60)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Booking(models.Model):
    business = models.ForeignKey(Business, on_delete=models.PROTECT)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT)
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="yardstick_no_overlap",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.during}"


class Message(models.Model):
    business = models.ForeignKey(Business, on_delete=models.PROTECT)
    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text
