"""Boxes of other makers, each behind one bridge, and the documents by which a province answers for them."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.bridges.states import Adapter


class ForeignBox(models.Model):
    """A box that cannot verify a signature (hộp của hãng khác), and the bridge that drives it."""

    device = models.OneToOneField(
        "devices.Device", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    # The bridge's own public key to seal for: X25519, hex.
    seal_key = models.CharField(max_length=64)
    adapter = models.CharField(max_length=10, choices=Adapter.choices, blank=True)
    address = models.CharField(max_length=300, blank=True)
    box = models.CharField(max_length=80, blank=True)
    username = models.CharField(max_length=80, blank=True)
    # The password, sealed for the bridge: nobody here can read it.
    sealed = models.TextField(blank=True)
    options = models.JSONField(default=dict, blank=True)
    set_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(null=True, blank=True)
    # What the bridge says of the box: unproven, all of it.
    code = models.CharField(max_length=20, blank=True)
    about = models.CharField(max_length=120, blank=True)
    broken = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True)
    playing = models.BooleanField(null=True, blank=True)
    volume = models.PositiveSmallIntegerField(null=True, blank=True)
    connection = models.CharField(max_length=40, blank=True)
    program = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(set_by__isnull=True, set_at__isnull=True, adapter="")
                | (Q(set_by__isnull=False, set_at__isnull=False) & ~Q(adapter="")),
                name="foreign_box_set_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.box} {self.address}".strip()


class Waiver(models.Model):
    """A province's word that boxes which cannot verify may sound alerts of more than one commune."""

    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    document = models.CharField(max_length=200)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(ended_at__isnull=True), name="waiver_once_in_an_area"
            ),
            models.CheckConstraint(condition=~Q(document=""), name="waiver_names_its_document"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="waiver_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.document
