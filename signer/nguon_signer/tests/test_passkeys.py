"""Approvals in a real installation: only touches of pinned keys count, each for one decision, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from nguon_protocol.approvals import approval_challenge, grant_challenge, live_challenge
from nguon_protocol.documents import Policy
from nguon_signer.assertions import Assertion, Site, site_of
from nguon_signer.ceremony import make_store
from nguon_signer.database import Database
from nguon_signer.errors import Refused, SignerError
from nguon_signer.memory import Memory
from nguon_signer.opened import Opened, open_store
from nguon_signer.passkeys import COUNT_PATIENCE_S, GRANT_WAIT_S, SETTLING_S, Passkeys
from nguon_signer.rows import Passkey
from nguon_signer.service import Service
from nguon_signer.tests.authenticator import ORIGIN, UP, Authenticator
from nguon_signer.tests.cast import (
    ADMINISTRATOR,
    APPROVER,
    COMMUNE,
    DUTY,
    EPOCH,
    NOW,
    OTHER,
    PROVINCE,
    STRANGER,
    WRITER,
    Call,
    Clock,
    World,
)

pytestmark = pytest.mark.django_db


@dataclass
class Keys:
    """The people's keys, and how an administrator vouches for them."""

    world: World
    opened: Opened
    call: Call
    admin: Authenticator
    approver: Authenticator
    approver_passkey: str
    admin_key: Passkey

    def register(self, user: int, key: Authenticator, name: str = "") -> str:
        """This function will add a key's row, as the page does."""
        name = name or str(uuid4())
        self.world.insert(
            "accounts_passkey", id=name, user_id=user, name="khóa", credential_id=key.credential_id,
            public_key=key.public_key, added_at=NOW,
        )  # fmt: skip
        return name

    def vouch(
        self,
        passkey: str,
        user: int,
        key: Authenticator,
        *,
        area: str = COMMUNE,
        role: str = "approver",
        by: int = ADMINISTRATOR,
        hand: Authenticator | None = None,
        **changes: Any,
    ) -> None:
        """This function will add an administrator's touched word for a key."""
        said: dict[str, Any] = {
            "passkey": passkey, "user": user, "credential_id": key.credential_id,
            "public_key": key.public_key, "role": role, "area": area,
        }  # fmt: skip
        touch = (hand or self.admin).touch(grant_challenge(**(said | changes)))
        self.world.insert(
            "accounts_passkeygrant", passkey_id=passkey, role=role, area=area, by_id=by, at=NOW,
            place_id=int(area.rsplit(".", 1)[-1]), **vars(touch),
        )  # fmt: skip


@pytest.fixture(scope="session")
def real_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "store"
    make_store(folder, policy=Policy(volume_max=90), at=EPOCH - 3600)
    return folder


@pytest.fixture
def made(real_made: Path) -> Path:
    """This fixture will put a store that is no demo in the place of the usual one."""
    return real_made


@pytest.fixture
def call(opened: Opened, database: Database, world: World, clock: Clock) -> Call:
    service = Service(opened, database, clock, Site(ORIGIN))
    return lambda op, **fields: service.handle({"op": op, **fields})


@pytest.fixture
def keys(opened: Opened, world: World, call: Call) -> Keys:
    """This fixture will pin an administrator's key at the machine, and an approver's key by its touch."""
    hand = Authenticator()
    key = Passkey(str(uuid4()), ADMINISTRATOR, hand.credential_id, hand.public_key, revoked=False)
    found = Keys(world, opened, call, hand, Authenticator(), "", key)
    found.register(ADMINISTRATOR, hand, key.id)
    Passkeys(opened.store, None, "UTC").trust(key, COMMUNE, EPOCH)
    found.approver_passkey = found.register(APPROVER, found.approver)
    found.vouch(found.approver_passkey, APPROVER, found.approver)
    assert call("passkey", passkey=found.approver_passkey)["pinned"]
    return found


def submit(world: World, **more: Any) -> tuple[str, str]:
    revision = world.revision(*more.pop("targets", ()), approved=False, **more)
    (said,) = world.db.execute(
        "SELECT content_sha256 FROM bulletins_revision WHERE id = %s", (revision,)
    ).fetchone() or ("",)
    return revision, said


def approve(world: World, touch: Assertion | None, revision: str, said: str, by: int = APPROVER) -> None:
    world.approve(revision, said, by=by, **(vars(touch) if touch else {}))


def refused(call: Call, revision: str, op: str = "order") -> str:
    with pytest.raises(Refused) as found:
        call(op, revision=revision, target=COMMUNE)
    return f"{found.value.reason}: {found.value.message}"


def test_a_touch_over_exactly_this_content_is_signed_and_signed_again(keys: Keys) -> None:
    revision, said = submit(keys.world, timing="now")
    approve(keys.world, keys.approver.touch(approval_challenge(revision, said)), revision, said)
    first = keys.call("order", revision=revision, target=COMMUNE)
    assert keys.call("order", revision=revision, target=COMMUNE) == first


def test_a_password_alone_signs_nothing_in_a_real_installation(keys: Keys) -> None:
    revision = keys.world.revision(timing="now")
    assert "without a security key" in refused(keys.call, revision)
    timed = keys.world.revision()
    answer = keys.call("plan", target=COMMUNE)
    assert [(one["revision"], one["reason"]) for one in answer["refused"]] == [(timed, "passkey")]


Bad = Callable[[Keys, str, str], Assertion]
BAD: dict[str, tuple[Bad, str]] = {
    "another content": (lambda k, r, _s: k.approver.touch(approval_challenge(r, "0" * 64)), "challenge"),
    "another revision": (
        lambda k, _r, s: k.approver.touch(approval_challenge(str(uuid4()), s)),
        "challenge",
    ),
    "the bare hash": (lambda k, _r, s: k.approver.touch(bytes.fromhex(s)), "challenge"),
    "no verification": (
        lambda k, r, s: k.approver.touch(approval_challenge(r, s), flags=UP),
        "verification",
    ),
    "nobody present": (lambda k, r, s: k.approver.touch(approval_challenge(r, s), flags=4), "present"),
    "another site": (
        lambda k, r, s: replace(k.approver, origin="https://nguon.example.com").touch(
            approval_challenge(r, s)
        ),
        "origin",
    ),
    "another relying party": (
        lambda k, r, s: replace(k.approver, rp_id="example.vn").touch(approval_challenge(r, s)),
        "RP ID",
    ),
    "another kind": (
        lambda k, r, s: k.approver.touch(approval_challenge(r, s), kind="webauthn.create"),
        "client data type",
    ),
    "another key": (
        lambda k, r, s: replace(Authenticator(), credential=k.approver.credential).touch(
            approval_challenge(r, s)
        ),
        "signature",
    ),
    "the administrator's key": (lambda k, r, s: k.admin.touch(approval_challenge(r, s)), "not pinned"),
    "an unknown key": (lambda _k, r, s: Authenticator().touch(approval_challenge(r, s)), "not pinned"),
    "garbage": (
        lambda k, _r, _s: Assertion(k.approver.credential_id, "AAAA", "e30", "AAAA"),
        "proves nothing",
    ),
    "too long": (
        lambda k, r, s: replace(k.approver.touch(approval_challenge(r, s)), signature="A" * 20_000),
        "too long",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_touch_of_this_person_for_this_is_refused(keys: Keys, name: str) -> None:
    make, because = BAD[name]
    revision, said = submit(keys.world, timing="now")
    approve(keys.world, make(keys, revision, said), revision, said)
    told = refused(keys.call, revision)
    assert told.startswith("passkey: ")
    assert because.lower() in told.lower()
    assert Memory(keys.opened.store).highest(keys.approver.credential_id) == 0


def test_a_touch_is_used_once(keys: Keys) -> None:
    first, said = submit(keys.world, timing="now")
    touch = keys.approver.touch(approval_challenge(first, said))
    approve(keys.world, touch, first, said)
    keys.call("order", revision=first, target=COMMUNE)
    second, other = submit(keys.world, timing="now")
    assert other == said  # the same words, and yet another decision
    approve(keys.world, touch, second, said)
    assert "used for something else" in refused(keys.call, second)


def test_a_cloned_key_is_seen_by_its_sign_count(keys: Keys, clock: Clock) -> None:
    clone = replace(keys.approver)
    made = [(submit(keys.world, timing="now"), key) for key in (keys.approver, clone, clone)]
    for (revision, said), key in made:
        approve(keys.world, key.touch(approval_challenge(revision, said)), revision, said)
    (first, _), (second, _), (third, _) = (pair for pair, _key in made)
    keys.call("order", revision=first, target=COMMUNE)
    assert "sign count" in refused(keys.call, second)
    keys.call("order", revision=third, target=COMMUNE)  # its count is new: this is as far as counting sees
    old, said = submit(keys.world)
    synced = replace(clone, count=None)
    approve(keys.world, synced.touch(approval_challenge(old, said)), old, said)
    assert "fell to 0" in keys.call("plan", target=COMMUNE)["refused"][0]["message"]


def test_a_sign_count_below_that_of_an_hour_ago_is_refused(keys: Keys, clock: Clock) -> None:
    keys.approver.count = 10
    revision, said = submit(keys.world, timing="now")
    approve(keys.world, keys.approver.touch(approval_challenge(revision, said)), revision, said)
    keys.call("order", revision=revision, target=COMMUNE)
    keys.approver.count = 5
    late, words = submit(keys.world)
    approve(keys.world, keys.approver.touch(approval_challenge(late, words)), late, words)
    clock.now += COUNT_PATIENCE_S + 1
    assert "sign count" in keys.call("plan", target=COMMUNE)["refused"][0]["message"]


def test_approvals_may_reach_the_signer_out_of_their_order(keys: Keys) -> None:
    made = [submit(keys.world, timing="now") for _ in range(2)]
    for revision, said in made:
        approve(keys.world, keys.approver.touch(approval_challenge(revision, said)), revision, said)
    for revision, _said in reversed(made):
        keys.call("order", revision=revision, target=COMMUNE)


def test_a_key_reaches_no_further_than_it_was_pinned_for(keys: Keys) -> None:
    # Whoever writes the database gives the approver a wider role: the key stays what it is.
    for user, role in ((APPROVER, "approver"), (WRITER, "writer")):
        keys.world.role(user, role, OTHER)
    revision, said = submit(keys.world, timing="now", targets=(COMMUNE, OTHER))
    approve(keys.world, keys.approver.touch(approval_challenge(revision, said)), revision, said)
    assert "does not reach" in refused(keys.call, revision)


def test_a_duty_officers_key_approves_nothing(keys: Keys) -> None:
    key = Authenticator()
    passkey = keys.register(DUTY, key)
    keys.vouch(passkey, DUTY, key, role="duty")
    keys.call("passkey", passkey=passkey)
    keys.world.role(DUTY, "approver", COMMUNE)  # whoever writes the database says so
    revision, said = submit(keys.world, timing="now")
    approve(keys.world, key.touch(approval_challenge(revision, said)), revision, said, by=DUTY)
    assert "does not reach" in refused(keys.call, revision)


def test_a_revoked_key_approves_nothing_new_and_never_comes_back(keys: Keys) -> None:
    before, said = submit(keys.world, timing="now")
    approve(keys.world, keys.approver.touch(approval_challenge(before, said)), before, said)
    keys.call("order", revision=before, target=COMMUNE)
    keys.world.db.execute(
        "UPDATE accounts_passkey SET revoked_at = now(), revoked_by_id = %s WHERE user_id = %s",
        (ADMINISTRATOR, APPROVER),
    )
    assert keys.call("passkey", passkey=keys.approver_passkey)["revoked"]
    after, words = submit(keys.world, timing="now")
    approve(keys.world, keys.approver.touch(approval_challenge(after, words)), after, words)
    assert "is revoked" in refused(keys.call, after)
    assert keys.call("order", revision=before, target=COMMUNE)["document"]
    keys.world.db.execute("ALTER TABLE accounts_passkey DISABLE TRIGGER USER")
    keys.world.db.execute("UPDATE accounts_passkey SET revoked_at = NULL, revoked_by_id = NULL")
    keys.world.db.execute("ALTER TABLE accounts_passkey ENABLE TRIGGER USER")
    with pytest.raises(Refused, match="never comes back"):
        keys.call("passkey", passkey=keys.approver_passkey)


def test_a_key_that_was_swapped_in_the_database_is_refused(keys: Keys) -> None:
    keys.world.db.execute("ALTER TABLE accounts_passkey DISABLE TRIGGER USER")
    keys.world.db.execute(
        "UPDATE accounts_passkey SET public_key = %s WHERE user_id = %s",
        (Authenticator().public_key, APPROVER),
    )
    keys.world.db.execute("ALTER TABLE accounts_passkey ENABLE TRIGGER USER")
    with pytest.raises(Refused, match="not the one that was pinned"):
        keys.call("passkey", passkey=keys.approver_passkey)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"area": OTHER}, "no administrator's over"),
        ({"area": PROVINCE}, "no administrator's over"),
        ({"by": APPROVER}, "has no pinned key"),
        ({"hand": Authenticator()}, "has no pinned key"),
        ({"public_key": "AAAA"}, "challenge"),
    ],
    ids=["beside", "wider", "another's key", "unknown key", "another key touched for"],
)
def test_an_administrators_word_that_does_not_hold_pins_nothing(
    keys: Keys, change: dict[str, Any], because: str
) -> None:
    key = Authenticator()
    passkey = keys.register(STRANGER, key)
    keys.vouch(passkey, STRANGER, key, **change)
    with pytest.raises(Refused, match=because):
        keys.call("passkey", passkey=passkey)
    assert Memory(keys.opened.store).pinned(key.credential_id) is None


def test_what_was_pinned_once_needs_no_second_word(keys: Keys) -> None:
    # An administrator who has left takes no key away by leaving.
    keys.world.db.execute(
        "UPDATE accounts_roleassignment SET valid_to = %s WHERE user_id = %s",
        (NOW.date().replace(month=2, day=15), ADMINISTRATOR),
    )
    assert keys.call("passkey", passkey=keys.approver_passkey)["pinned"]


def test_whatever_is_wrong_with_a_key_has_one_name(keys: Keys) -> None:
    reasons = []
    revision, said = submit(keys.world, timing="now")
    touch = keys.approver.touch(approval_challenge(revision, said))
    approve(keys.world, touch, revision, said)
    keys.call("order", revision=revision, target=COMMUNE)
    other, words = submit(keys.world, timing="now")
    approve(keys.world, touch, other, words)
    reasons.append(refused(keys.call, other))
    wide, wider = submit(keys.world, timing="now", targets=(COMMUNE, OTHER))
    for user, role in ((APPROVER, "approver"), (WRITER, "writer")):
        keys.world.role(user, role, OTHER)
    approve(keys.world, keys.approver.touch(approval_challenge(wide, wider)), wide, wider)
    reasons.append(refused(keys.call, wide))
    row = Passkey(keys.approver_passkey, STRANGER, keys.approver.credential_id, "other", revoked=False)
    judge = Passkeys(keys.opened.store, None, "UTC")
    with pytest.raises(Refused) as swapped:
        judge.pin(row, [], [], EPOCH)
    with pytest.raises(Refused) as trusted:
        judge.trust(row, COMMUNE, EPOCH)
    reasons += [swapped.value.reason, trusted.value.reason]
    judge.pin(replace(row, user=APPROVER, public_key=keys.approver.public_key, revoked=True), [], [], EPOCH)
    with pytest.raises(Refused) as back:
        judge.pin(replace(row, user=APPROVER, public_key=keys.approver.public_key), [], [], EPOCH)
    reasons.append(back.value.reason)
    assert [one.partition(":")[0] for one in reasons] == ["passkey"] * 5


def test_nobody_vouches_for_the_own_key(keys: Keys) -> None:
    key = Authenticator()
    passkey = keys.register(ADMINISTRATOR, key)
    keys.vouch(passkey, ADMINISTRATOR, key)
    with pytest.raises(Refused, match="Nobody vouches"):
        keys.call("passkey", passkey=passkey)


def test_who_is_no_administrator_any_more_vouches_for_nobody(keys: Keys) -> None:
    keys.world.db.execute(
        "UPDATE accounts_roleassignment SET valid_to = %s WHERE user_id = %s",
        (NOW.date().replace(month=2, day=15), ADMINISTRATOR),
    )
    key = Authenticator()
    passkey = keys.register(STRANGER, key)
    keys.vouch(passkey, STRANGER, key)
    with pytest.raises(Refused, match="no administrator over"):
        keys.call("passkey", passkey=passkey)


def test_after_the_first_week_a_word_waits_a_day(keys: Keys, clock: Clock) -> None:
    clock.now += SETTLING_S
    key = Authenticator()
    passkey = keys.register(STRANGER, key)
    keys.vouch(passkey, STRANGER, key)
    (grant,) = keys.call("passkey", passkey=passkey)["grants"]
    assert grant["from"] == clock.now + GRANT_WAIT_S
    pinned = Memory(keys.opened.store).pinned(key.credential_id)
    assert pinned is not None
    assert [
        pinned.may("approver", [COMMUNE], clock.now + wait) for wait in (GRANT_WAIT_S - 1, GRANT_WAIT_S)
    ] == [
        False,
        True,
    ]


def test_the_signers_machine_pins_no_key_twice_for_two_people(keys: Keys) -> None:
    key = Authenticator()
    trusting = Passkeys(keys.opened.store, None, "UTC")
    first = Passkey(str(uuid4()), STRANGER, key.credential_id, key.public_key, revoked=False)
    trusting.trust(first, OTHER, EPOCH)
    trusting.trust(first, OTHER, EPOCH)
    with pytest.raises(Refused, match="somebody else"):
        trusting.trust(replace(first, user=WRITER), OTHER, EPOCH)
    with pytest.raises(Refused, match="no area"):
        trusting.trust(first, "g/x", EPOCH)


def test_without_an_address_nothing_is_proven(
    keys: Keys, opened: Opened, database: Database, clock: Clock
) -> None:
    revision, said = submit(keys.world, timing="now")
    approve(keys.world, keys.approver.touch(approval_challenge(revision, said)), revision, said)
    service = Service(opened, database, clock)
    with pytest.raises(Refused, match="not told at which address"):
        service.handle({"op": "order", "revision": revision, "target": COMMUNE})


def test_a_site_is_the_name_that_keys_are_bound_to() -> None:
    for origin, name in (
        ("https://nguon.example.vn", "nguon.example.vn"),
        ("http://localhost:81", "localhost"),
    ):
        assert (site_of(origin), site_of(origin).rp_id) == (Site(origin), name)


@pytest.mark.parametrize(
    "origin", ["http://nguon.example.vn", "https://nguon.example.vn/", "https://", "nguon", "ftp://localhost"]
)
def test_an_address_is_secure_or_this_machine(origin: str) -> None:
    with pytest.raises(SignerError, match="no origin"):
        site_of(origin)


def test_what_was_proven_survives_a_restart(
    keys: Keys, store_folder: Path, database: Database, clock: Clock
) -> None:
    revision, said = submit(keys.world, timing="now")
    touch = keys.approver.touch(approval_challenge(revision, said))
    approve(keys.world, touch, revision, said)
    keys.call("order", revision=revision, target=COMMUNE)
    keys.opened.close()
    again = open_store(store_folder)
    try:
        memory = Memory(again.store)
        assert memory.purpose(touch) == f"approval|{revision}|{said}|{APPROVER}"
        assert memory.highest(keys.approver.credential_id) == keys.approver.count
        assert again.store.broken_at() is None
    finally:
        again.close()


def test_nobody_speaks_without_a_touch_of_a_duty_officers_key(keys: Keys, world: World, call: Call) -> None:
    duty, passkey = Authenticator(), ""
    passkey = keys.register(DUTY, duty)
    keys.vouch(passkey, DUTY, duty, role="duty")
    call("passkey", passkey=passkey)

    def ask(name: str, **touch: Any) -> str:
        world.live(name=name, **touch)
        try:
            call("live", session=name, target=COMMUNE)
        except Refused as refused:
            return refused.reason
        return "signed"

    def touched(name: str, key: Authenticator = duty, minutes: int = 15, where: str = COMMUNE) -> str:
        return ask(name, **vars(key.touch(live_challenge(name, minutes, [where]))))

    assert ask(str(uuid4())) == "passkey"
    assert touched(str(uuid4()), keys.approver) == "passkey"
    assert touched(str(uuid4()), minutes=30) == "passkey"
    assert touched(str(uuid4()), where=OTHER) == "passkey"
    session = str(uuid4())
    assert touched(session) == "signed"
    (used,) = world.db.execute(
        "SELECT credential_id, authenticator_data, client_data, signature FROM live_session WHERE id = %s",
        (session,),
    ).fetchall()
    names = ("credential_id", "authenticator_data", "client_data", "signature")
    assert ask(str(uuid4()), **dict(zip(names, used, strict=True))) == "passkey"
