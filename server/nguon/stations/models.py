"""Commune loudspeaker stations (đài truyền thanh cấp xã): one a commune, each with its dates and origins."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from nguon.areas.fields import AreaField
from nguon.kernel.ids import uuid7
from nguon.organisations.models import Place
from nguon.stations.states import HIGHEST_MHZ, LOWEST_MHZ, Investment, StationState, Technology


class Station(models.Model):
    """A commune's station.  It lasts until it ends; after a merger of communes one succeeds several."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    technology = models.CharField(max_length=5, choices=Technology.choices)
    state = models.CharField(max_length=8, choices=StationState.choices)
    investment = models.CharField(
        max_length=7, choices=Investment.choices, blank=True, default=Investment.NOT_TOLD
    )
    programme = models.CharField(max_length=120, blank=True)  # where the money came from
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    # Clusters of the old kinds, which have no box that could join; the others are counted among devices.
    wired_clusters = models.PositiveIntegerField(default=0)
    fm_clusters = models.PositiveIntegerField(default=0)
    integration = models.CharField(max_length=120, blank=True)  # thiết bị tích hợp tự động, its model
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="station_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="station_technology", condition=Q(technology__in=Technology.values)),
            models.CheckConstraint(name="station_state", condition=Q(state__in=StationState.values)),
            models.CheckConstraint(
                name="station_period", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
            ),
            models.UniqueConstraint(
                name="station_once_a_commune", fields=["place"], condition=Q(valid_to__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["area"], name="station_area")]

    def __str__(self) -> str:
        return self.name


class Covered(models.Model):
    """A village that a station's loudspeakers reach (indicator 1 asks down to the village)."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="covered")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    area = AreaField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["station", "place"], name="covered_once")]
        indexes = [models.Index(fields=["area"], name="covered_area")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.area}"


class Licence(models.Model):
    """A licence of a frequency for an FM station; a merged station has those of its predecessors."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="licences")
    number = models.CharField(max_length=60)
    expires_on = models.DateField()
    mhz = models.DecimalField(max_digits=5, decimal_places=2)
    # Of how many days before its end people were told last; none: of nothing yet.
    told_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="licence_has_number", condition=~Q(number="")),
            models.CheckConstraint(name="licence_band", condition=Q(mhz__range=(LOWEST_MHZ, HIGHEST_MHZ))),
            models.UniqueConstraint(fields=["station", "number"], name="licence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.mhz} MHz"


class StationStep(models.Model):
    """One arrow of a succession: `origin` ended the day before, `successor` took over."""

    origin = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="onward")
    successor = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="backward")
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "successor"], name="stationstep_once"),
            models.CheckConstraint(name="stationstep_onward", condition=~Q(origin=F("successor"))),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} > {self.successor_id}"
