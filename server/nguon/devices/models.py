"""Loudspeaker clusters (cụm loa), their groups, and the claim codes by which they join."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from nguon.areas.fields import AreaField
from nguon.devices.states import LONGEST_RANGE_M, ClockState, DeviceClass, DeviceKind
from nguon.kernel.ids import uuid7
from nguon.kernel.text import fold, sort_key

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
    _Bytes = models.BinaryField[bytes, bytes]
else:
    _Text, _Bytes = models.CharField, models.BinaryField


class OwnWords(_Text):
    """The name of its row without tone marks; written with the row, also in bulk."""

    def deconstruct(self) -> Any:
        """This function will have migrations see plain text."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """This function will fold the name."""
        words = f" {fold(model_instance.name)}"  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, words)
        return words


class OwnOrder(_Bytes):
    """Where the name of its row stands in a Vietnamese dictionary; written with the row, also in bulk."""

    def deconstruct(self) -> Any:
        """This function will have migrations see plain bytes."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        """This function will make the key of the order."""
        key = sort_key(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


class Named(models.Model):
    """A row that is found and sorted by its name."""

    name = models.CharField(max_length=120)
    search = OwnWords(max_length=760, default="", editable=False)
    sort_key = OwnOrder(default=b"")

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        """Keep what follows from the name beside it."""
        if "name" in (options.get("update_fields") or ()):
            options["update_fields"] = {*options["update_fields"], "search", "sort_key"}
        super().save(**options)


class Device(Named):
    """A loudspeaker cluster (cụm loa): one addressable box with its horns, and a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    device_class = models.CharField(max_length=1, choices=DeviceClass.choices, default=DeviceClass.A)
    model = models.CharField(max_length=80, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    public_key = models.CharField(max_length=200)
    alg = models.CharField(max_length=10)
    volume = models.PositiveSmallIntegerField(default=80)
    enrolled_at = models.DateTimeField()
    # When it came back without a memory: what was ordered at once before that was for its former self.
    rejoined_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)
    # Receipts above this number came after the revocation: whoever held the key then is not trusted.
    revoked_n = models.PositiveBigIntegerField(null=True, blank=True)
    # When the broker took the revocation: from then on no connection of this loudspeaker lives.
    cut_off_at = models.DateTimeField(null=True, blank=True)
    online = models.BooleanField(default=False)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    clock_state = models.CharField(max_length=10, choices=ClockState.choices, default=ClockState.UNKNOWN)
    playing_item = models.UUIDField(null=True, blank=True)
    playing_since = models.DateTimeField(null=True, blank=True)
    agent = models.CharField(max_length=40, blank=True)
    # Up to this number every receipt is here: the loudspeaker may forget them.
    acknowledged_n = models.PositiveBigIntegerField(default=0)
    # `search` is " loa thon 2 | xa an son | tinh bac ninh": a trigger adds the place's words to the own.

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(volume__lte=100), name="device_volume_percent"),
            models.UniqueConstraint(fields=["public_key"], name="device_key_once"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_n__isnull=True, revoked_reason=""),
                name="device_number_when_revoked",
            ),
            models.CheckConstraint(
                condition=Q(cut_off_at__isnull=True) | Q(revoked_at__isnull=False),
                name="device_cut_off_when_revoked",
            ),
        ]
        indexes = [
            models.Index(fields=["area"], name="device_area_prefix"),
            GinIndex(fields=["search"], name="device_search", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["sort_key", "id"], name="device_in_order", condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeviceGroup(Named):
    """A named group of loudspeakers inside one commune (nhóm loa)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    devices = models.ManyToManyField(Device, related_name="groups", blank=True)
    # The one loudspeaker of a pole under a name that outlives its box: nobody made it, no list shows it.
    single = models.BooleanField(default=False)
    # What was approved for a group keeps naming it, so an ended one stays, without members.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(ended_at__isnull=True, single=False),
                name="group_name_once_in_a_commune",
            )
        ]
        indexes = [models.Index(fields=["area"], name="group_area")]

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """A box that asks to join: its public key and the hash of the 8-character code that it shows (LSP-1
    rule 12).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code_hash = models.CharField(max_length=64, db_index=True)
    public_key = models.CharField(max_length=200)
    alg = models.CharField(max_length=10)
    fingerprint = models.CharField(max_length=64)
    model = models.CharField(max_length=80, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, device__isnull=True)
                | Q(used_at__isnull=False, device__isnull=False),
                name="claim_used_by_a_device",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.serial} {self.fingerprint}"


class Registered(Named):
    """One pole of the register (sổ loa): its place, and what an office knows of the box that hangs there.

    The pole stays when its box is swapped; which box hung there when stands in `Fitting`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    serial = models.CharField(max_length=80)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    kind = models.CharField(max_length=7, choices=DeviceKind.choices, default=DeviceKind.CLUSTER)
    device_class = models.CharField(max_length=1, choices=DeviceClass.choices, default=DeviceClass.A)
    maker = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=80, blank=True)
    sim = models.CharField(max_length=20, blank=True)
    imei = models.CharField(max_length=15, blank=True)
    # Degrees, WGS 84, of the pole; both or none.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # A person said that the position is right although it lies far from the commune's middle.
    position_confirmed = models.BooleanField(default=False)
    households = models.PositiveIntegerField(null=True, blank=True)
    # How far it is heard, in metres; none: nobody has told.
    range_m = models.PositiveIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        "organisations.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The box of this serial that joined.
    device = models.OneToOneField(
        Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="registered"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(serial=""), name="registered_has_serial"),
            models.UniqueConstraint(Upper("serial"), name="registered_serial_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="registered_position",
            ),
            models.CheckConstraint(
                condition=Q(range_m__isnull=True) | Q(range_m__lte=LONGEST_RANGE_M), name="registered_range"
            ),
        ]
        indexes = [
            models.Index(fields=["area"], name="registered_area"),
            models.Index(fields=["sort_key", "id"], name="registered_in_order"),
            GinIndex(fields=["search"], name="registered_search", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Fitting(models.Model):
    """One box on one pole, from an instant to an instant: a swap keeps the pole's history."""

    line = models.ForeignKey(Registered, on_delete=models.CASCADE, related_name="fittings")
    serial = models.CharField(max_length=80, blank=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was taken down

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(until__isnull=True), name="fitting_one_box_a_pole"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__lte=F("until")), name="fitting_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.serial}"


class Photo(models.Model):
    """A picture of a pole or its box, found by its hash; it was drawn anew, so that it says nothing of where
    or with whose phone it was taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(Registered, on_delete=models.CASCADE, related_name="photos")
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=20)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "sha256"], name="photo_once_a_pole")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.sha256[:8]}"
