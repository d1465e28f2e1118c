"""Append-only facts: audit trail, outbox and sync feed in one."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import models

from nguon.areas.fields import AreaField

# The one form that is hashed; an encoder kept, as json.dumps would make a new one for every row.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Entry(models.Model):
    """One fact (nhật ký): what happened to what, by whom, when; chained to the one before by its hash.

    `sequence` follows the order of commits: the writer holds a lock from the insert to its commit, so a
    reader with a cursor never skips a row of a transaction that is still open.
    """

    sequence = models.BigAutoField(primary_key=True)
    fact = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=200, blank=True)  # personal data
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject", "sequence"], name="journal_entry_subject_idx"),
            models.Index(fields=["fact", "sequence"], name="journal_entry_fact_idx"),
            models.Index(fields=["by", "sequence"], name="journal_entry_by_idx"),
            models.Index(fields=["at"], name="journal_entry_at_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.fact} {self.subject}"


class Scope(models.Model):
    """One area that a fact touches; a trigger reads it out of the fact's data and subject.

    It stays as it was on the day of the fact, whatever the map does later.
    """

    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, related_name="areas", db_constraint=False)
    area = AreaField()

    class Meta:
        indexes = [
            models.Index(
                fields=["area", "entry"],
                name="journal_scope_area",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.area}"


class SignedHead(models.Model):
    """The `n`-th head of the journal that the signer has signed; `envelope` says the same, signed."""

    n = models.BigIntegerField(primary_key=True)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    root_v = models.PositiveIntegerField()
    signed_at = models.DateTimeField()
    envelope = models.TextField()

    def __str__(self) -> str:
        return f"{self.n}: {self.sequence}"


class Cursor(models.Model):
    """How far a follower of the journal has come; moved in the transaction of what the follower did."""

    name = models.CharField(primary_key=True, max_length=60)
    sequence = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} @ {self.sequence}"


def chain_hash(entry: Entry) -> str:
    """This function will return the SHA-256 (hex) over the previous hash and every field of a fact."""
    return chain_hash_of(
        entry.previous_hash, entry.fact, entry.subject, entry.by, entry.by_name, entry.at, entry.data
    )


def chain_hash_of(
    previous: str, fact: str, subject: str, by: str, by_name: str, at: datetime, data: Any
) -> str:
    """This function will return the same of bare fields, as a long chain is read without making objects."""
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [previous, fact, subject, by, by_name, when, data]
    text = _ENCODER.encode(fields)
    return hashlib.sha256(text.encode()).hexdigest()
