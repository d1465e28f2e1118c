"""Who may do what at which address: the table; nguon/console/tests/test_authorisation.py tries it.

Each row is tried by one person for every role in the own commune, by one with all roles in another province,
by one without any role, and by nobody. What a person may open names no other commune's people or drafts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F

from nguon.accounts.models import Passkey, User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.audio.models import Pronunciation
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import Newsroom
from nguon.devices.models import DeviceGroup, Registered
from nguon.kernel.clock import local
from nguon.live.models import Session
from nguon.organisations.models import Agency, PlaceChange
from nguon.organisations.tests.cast import AT
from nguon.relays.models import Booking, Source
from nguon.relays.tests.cast import booked, source
from nguon.staff.models import Post, Staff, Training
from nguon.staff.states import PostKind
from nguon.staff.tests.cast import working

R = Role
ALL = frozenset(Role)
SEEING = frozenset({R.WRITER, R.APPROVER, R.DUTY, R.OPERATOR, R.AUDITOR, R.ADMINISTRATOR})
KEEPING = frozenset({R.OPERATOR, R.TECHNICIAN, R.ADMINISTRATOR})
ADMIN = frozenset({R.ADMINISTRATOR})
TEACHING = frozenset({R.WRITER, R.APPROVER, R.ADMINISTRATOR})
WATCHING = frozenset({R.AUDITOR, R.ADMINISTRATOR})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Scene:
    """The things that the addresses name: all in the commune, but for what is foreign."""

    room: Newsroom
    waiting: Revision
    aired: Revision
    draft: Revision
    mai: User
    key: Passkey
    change: PlaceChange
    agency: Agency
    live: Session


@dataclass(frozen=True)
class Row:
    """One address tried in one way: who may, where (`anywhere`: scoped by what it shows), with what."""

    name: str
    roles: frozenset[Role]
    anywhere: bool = False
    everybody: bool = False
    names: Callable[[Scene], dict[str, Any]] = lambda scene: {}
    query: Callable[[Scene], dict[str, Any]] = lambda scene: {}
    posts: Callable[[Scene], dict[str, Any]] | None = None
    only: frozenset[Role] = field(default=ALL)


def page(name: str, **more: Any) -> Row:
    """A page that everybody who is signed in may open; it shows what the person may see."""
    return Row(name, ALL, anywhere=True, everybody=True, **more)


def newcomer(scene: Scene) -> dict[str, Any]:
    """Somebody who was entered by mistake and has done nothing."""
    made = User.objects.filter(username="moi").first()
    return {"user_id": (made or person("moi", "Mới", (R.WRITER, scene.room.people.places.commune))).pk}


def mai(scene: Scene) -> dict[str, Any]:
    return {"user_id": scene.mai.pk}


def station(scene: Scene) -> dict[str, Any]:
    known = Source.objects.first()
    return {"source_id": (known or source(scene.room)).pk}


def booking(scene: Scene) -> dict[str, Any]:
    known = Booking.objects.first()
    station = "http://radio.example/another"
    return {"booking_id": (known or booked(scene.room, station=source(scene.room, station).pk)).pk}


def group(scene: Scene) -> dict[str, Any]:
    made, _new = DeviceGroup.objects.get_or_create(
        name="Quanh chợ", place=scene.room.people.places.commune, area=scene.room.commune
    )
    return {"group_id": made.pk}


TODAY = local(AT).date()
TABLE = [
    page("account_change_password"),
    page("account_reauthenticate"),
    Row("mfa_index", NOBODY),  # it leads on to the page of one's own security
    Row("mfa_reauthenticate", NOBODY),  # nobody of these has a second step
    Row("mfa_activate_totp", NOBODY),  # the password is asked for again first
    Row("mfa_deactivate_totp", NOBODY),
    Row("mfa_view_recovery_codes", NOBODY),
    Row("mfa_generate_recovery_codes", NOBODY),
    page("console:home"),
    page("console:compose"),
    page("console:reviews"),
    page("console:duty"),
    page("console:duty_live"),
    page("console:duty_events"),
    page("console:stop"),
    page("console:bulletins"),
    page("console:notices"),
    page("console:notices_read", posts=lambda scene: {}),
    page("console:notices_mail", posts=lambda scene: {"kind": "near"}),
    Row("console:notice", NOBODY, names=lambda scene: {"notice_id": UUID(int=0)}),  # everybody's own alone
    page("console:devices"),
    page("console:enrol"),
    page("console:groups"),
    page("console:keys"),
    page("console:security"),
    page("console:own_sessions", posts=lambda scene: {}),
    page("console:places", query=lambda scene: {"q": "loa"}),
    page("console:children", names=lambda scene: {"area": scene.room.commune}),
    page("console:territory"),
    page("console:oddities"),
    page("console:place", names=lambda scene: {"place_id": scene.room.people.places.commune.pk}),
    Row("console:journal", WATCHING, anywhere=True),
    Row("console:people", WATCHING, anywhere=True),
    Row("console:invite", ADMIN, anywhere=True),
    Row(
        "console:invite",
        ADMIN,
        posts=lambda scene: {
            "full_name": "Lý Thị Nga",
            "role": "writer",
            "place": scene.room.commune,
        },
    ),
    Row("console:person", WATCHING, names=mai),
    Row(
        "console:role_grant",
        ADMIN,
        names=mai,
        posts=lambda scene: {"role": "duty", "place": scene.room.commune},
    ),
    Row(
        "console:role_end",
        ADMIN,
        names=lambda scene: {**mai(scene), "role_id": scene.mai.assignments.get().pk},
        posts=lambda scene: {},
    ),
    Row("console:person_lock", ADMIN, names=mai, posts=lambda scene: {"lock-reason": "x"}),
    Row("console:person_remove", ADMIN, names=newcomer, posts=lambda scene: {}),
    Row("console:person_unlock", NOBODY, names=mai, posts=lambda scene: {}),  # she is not locked
    Row("console:person_link", ADMIN, names=mai, posts=lambda scene: {}),
    Row("console:person_second_step", ADMIN, names=mai, posts=lambda scene: {}),
    Row("console:person_email", ADMIN, names=mai, posts=lambda scene: {"thu-email": "mai@example.vn"}),
    Row("console:person_identity", ADMIN, names=mai, posts=lambda scene: {}),
    Row("console:person_sessions", ADMIN, names=mai, posts=lambda scene: {}),
    Row(
        "console:person_hand_over",
        ADMIN,
        names=mai,
        posts=lambda scene: {"move-other": "writer", "move-last": TODAY},
    ),
    Row(
        "console:person_delegate",
        ADMIN,
        names=mai,
        posts=lambda scene: {"leave-other": "duty", "leave-first": TODAY, "leave-last": TODAY},
    ),
    Row("console:compose_save", frozenset({R.WRITER}), anywhere=True, posts=lambda scene: {"title": "x"}),
    Row("console:listen", frozenset({R.WRITER}), anywhere=True, posts=lambda scene: {"text": "x"}),
    page("console:listen_state", names=lambda scene: {"revision_id": scene.draft.pk}),
    Row("console:edit", NOBODY, names=lambda scene: {"bulletin_id": scene.draft.bulletin_id}),
    Row("console:review", SEEING, names=lambda scene: {"revision_id": scene.waiting.pk}),
    Row(
        "console:heard",
        frozenset({R.APPROVER}),
        names=lambda scene: {"revision_id": scene.waiting.pk},
        posts=lambda scene: {"spans": ""},
    ),
    Row(
        "console:approve",
        frozenset({R.APPROVER}),
        names=lambda scene: {"revision_id": scene.waiting.pk},
        posts=lambda scene: {"content": scene.waiting.content_sha256},
    ),
    Row(
        "console:return",
        frozenset({R.APPROVER}),
        names=lambda scene: {"revision_id": scene.waiting.pk},
        posts=lambda scene: {"reason": "x"},
    ),
    Row("console:bulletin", SEEING, names=lambda scene: {"bulletin_id": scene.aired.bulletin_id}),
    Row("console:bulletin", NOBODY, names=lambda scene: {"bulletin_id": scene.draft.bulletin_id}),
    Row(
        "console:copy",
        frozenset({R.WRITER}),
        names=lambda scene: {"bulletin_id": scene.aired.bulletin_id},
        posts=lambda scene: {},
    ),
    Row(
        "console:correct",
        NOBODY,  # it needs a writer who may also withdraw: none with one role, but the author
        names=lambda scene: {"bulletin_id": scene.aired.bulletin_id},
        posts=lambda scene: {"wrong": "x"},
    ),
    Row(
        "console:withdraw",
        frozenset({R.APPROVER, R.DUTY}),
        names=lambda scene: {"bulletin_id": scene.aired.bulletin_id},
        posts=lambda scene: {"reason": "x"},
    ),
    Row("console:sound", SEEING, names=lambda scene: {"revision_id": scene.aired.pk}),
    Row("console:sound", NOBODY, names=lambda scene: {"revision_id": scene.draft.pk}),
    Row("console:device", ALL, names=lambda scene: {"device_id": scene.room.fleet.first.device.pk}),
    Row(
        "console:revoke",
        KEEPING,
        names=lambda scene: {"device_id": scene.room.fleet.first.device.pk},
        posts=lambda scene: {"reason": "x"},
    ),
    Row(
        "console:groups",
        KEEPING,
        posts=lambda scene: {
            "place": scene.room.commune,
            "name": "Nhóm",
            "devices": [str(scene.room.fleet.first.device.pk)],
        },
    ),
    page("console:export_start", names=lambda scene: {"kind": "devices"}, posts=lambda scene: {}),
    Row(
        "console:export", NOBODY, names=lambda scene: {"key": scene.draft.pk}
    ),  # each has the own files alone
    Row("console:export_file", NOBODY, names=lambda scene: {"key": scene.draft.pk}),
    Row("console:group", ALL, names=group),
    Row(
        "console:group",
        KEEPING,
        names=group,
        posts=lambda scene: {"name": "Khác", "devices": [str(scene.room.fleet.first.device.pk)]},
    ),
    Row("console:group_end", KEEPING, names=group, posts=lambda scene: {}),
    Row(  # no such sound was written
        "console:recording",
        NOBODY,
        names=lambda scene: {"device_id": scene.room.fleet.first.device.pk, "name": "x.wav"},
    ),
    Row(
        "console:stop",
        frozenset({R.DUTY, R.APPROVER}),
        posts=lambda scene: {"dia-ban": scene.room.commune, "reason": "x"},
    ),
    Row("console:speak", frozenset({R.DUTY}), anywhere=True),
    Row(
        "console:speak",
        frozenset({R.DUTY}),
        posts=lambda scene: {"targets": scene.room.commune, "minutes": "5"},
    ),
    Row("console:live_session", SEEING, names=lambda scene: {"session_id": scene.live.pk}),
    Row("console:live_hearing", SEEING, names=lambda scene: {"session_id": scene.live.pk}),
    # only its own person speaks; and nothing was recorded
    Row("console:live_begin", NOBODY, names=lambda scene: {"session_id": scene.live.pk}, posts=lambda s: {}),
    Row("console:live_said", NOBODY, names=lambda scene: {"session_id": scene.live.pk}, posts=lambda s: {}),
    Row("console:live_finish", NOBODY, names=lambda scene: {"session_id": scene.live.pk}, posts=lambda s: {}),
    Row("console:live_sound", NOBODY, names=lambda scene: {"session_id": scene.live.pk}),
    page("console:stations"),
    Row(
        "console:stations",
        frozenset({R.WRITER}),
        posts=lambda scene: {"area": scene.room.commune, "name": "x", "url": "http://radio.example/x"},
    ),
    Row("console:station_book", frozenset({R.WRITER}), anywhere=True),
    Row("console:station_try", NOBODY, names=lambda scene: {"source_id": UUID(int=1)}, posts=lambda s: {}),
    Row("console:station_end", frozenset({R.WRITER}), names=station, posts=lambda scene: {}),
    Row("console:station_booking", SEEING, names=booking),
    Row(
        "console:station_approve",
        frozenset({R.APPROVER}),
        names=booking,
        posts=lambda scene: {"content": Booking.objects.get().content_sha256},
    ),
    Row("console:station_return", frozenset({R.APPROVER}), names=booking, posts=lambda s: {"reason": "x"}),
    Row("console:station_stop", frozenset({R.APPROVER, R.DUTY}), names=booking, posts=lambda scene: {}),
    Row("console:relay", frozenset({R.DUTY}), anywhere=True),
    Row(  # no such alert was carried
        "console:relay_end",
        NOBODY,
        names=lambda scene: {"sha256": "ab" * 32, "action": "cancel"},
        posts=lambda scene: {},
    ),
    Row("console:keys_add", NOBODY, posts=lambda scene: {"name": "x", "hand": "{}"}),  # nothing was touched
    Row(
        "console:keys_vouch",
        NOBODY,
        names=lambda scene: {"passkey_id": scene.key.pk},
        posts=lambda scene: {"role": "approver", "area": scene.room.commune, "hand": "{}"},
    ),
    Row(
        "console:keys_revoke",
        ADMIN,
        names=lambda scene: {"passkey_id": scene.key.pk},
        posts=lambda scene: {},
    ),
    Row("console:changes", ADMIN, anywhere=True),
    Row("console:change_new", ADMIN, anywhere=True),
    Row("console:change", ADMIN, names=lambda scene: {"change_id": scene.change.pk}),
    Row(
        "console:change_settle",
        ADMIN,
        names=lambda scene: {"change_id": scene.change.pk},
        posts=lambda scene: {"do": "drop"},
    ),
]
AGENCY = {"kind": "owner", "name": "UBND", "code": "UB1", "place": "07444", "valid_from": "2025-07-01"}


def agency(scene: Scene) -> dict[str, Any]:
    return {"sort": "co-quan", "body_id": scene.agency.pk}


def bodied(scene: Scene) -> dict[str, Any]:
    return AGENCY | {"name": "UBND xã", "code": "UB2", "day": TODAY, "last": TODAY, "act": "QĐ 1"}


LINE = {"so_may": "LN-7", "ten_cum_loa": "Loa chợ", "ma_xa": "07444"}


def registered(scene: Scene) -> dict[str, Any]:
    """A line of the commune's register whose box has not joined."""
    made, _new = Registered.objects.get_or_create(
        serial="LN-7",
        defaults={
            "name": "Loa đình",
            "place": scene.room.people.places.commune,
            "area": scene.room.commune,
            "made_at": AT,
        },
    )
    return {"line_id": made.pk}


TABLE += [
    page("console:pick", names=lambda scene: {"slug": "nhat-ky"}, query=lambda scene: {"q": "thon"}),
    page(
        "console:pick_inside",
        names=lambda scene: {"slug": "nhat-ky", "area": scene.room.people.places.province.area},
    ),
    page("console:bodies"),
    Row("console:body", ALL, names=agency),
    page("console:agencies_like"),
    page("console:bodies_written", names=lambda scene: {"sort": "co-quan"}),
    Row("console:body_add", ADMIN, names=lambda scene: {"sort": "co-quan"}, posts=bodied),
    Row("console:body_change", ADMIN, names=agency, posts=bodied),
    Row("console:body_succeed", ADMIN, names=agency, posts=bodied),
    Row("console:body_end", ADMIN, names=agency, posts=bodied),
    Row("console:files", KEEPING | TEACHING, anywhere=True),
    Row("console:file_template", ADMIN, anywhere=True, names=lambda scene: {"kind": "villages"}),
    Row("console:file_template", ADMIN, anywhere=True, names=lambda scene: {"kind": "staff"}),
    Row("console:file_template", KEEPING, anywhere=True, names=lambda scene: {"kind": "devices"}),
    page("console:register"),
    Row("console:register_line", KEEPING, names=registered),
    Row("console:register_line", KEEPING, names=registered, posts=lambda scene: LINE),
    Row("console:register_remove", KEEPING, names=registered, posts=lambda scene: {}),
    Row("console:file", NOBODY, names=lambda scene: {"file_id": UUID(int=0)}),  # everybody's own alone
    Row("console:file_take", NOBODY, names=lambda scene: {"file_id": UUID(int=0)}, posts=lambda scene: {}),
]
STAFF = {"full_name": "Lò Thị Mây", "kind": "civil", "first": TODAY}
TRAINING = frozenset({R.TRAINER, R.ADMINISTRATOR})


def staffed(scene: Scene) -> Post:
    """Somebody of the commune's staff; the ward has Khách Lạ."""
    places = scene.room.people.places
    people = (
        ("Lý Thị Nga", PostKind.CIVIL_SERVANT, places.commune),
        ("Vi Văn Tú", PostKind.OTHER, places.commune),
        ("Khách Lạ", PostKind.OTHER, places.ward),
    )
    for name, kind, place in people:
        if not Staff.objects.filter(full_name=name).exists():
            working(name, kind, place, phone="0911222333")
    return Post.objects.get(staff__full_name="Lý Thị Nga")


def staffer(scene: Scene) -> dict[str, Any]:
    return {"staff_id": staffed(scene).staff_id}


def left(scene: Scene) -> dict[str, Any]:
    """Somebody of the commune whose work is over."""
    known, commune = Staff.objects.filter(full_name="Hà Văn Về").first(), scene.room.people.places.commune
    gone = known or working("Hà Văn Về", PostKind.OTHER, commune, phone="0911222334")
    gone.posts.update(valid_to=F("valid_from"))
    return {"staff_id": gone.pk}


def post(scene: Scene) -> dict[str, Any]:
    return {"staff_id": staffed(scene).staff_id, "post_id": staffed(scene).pk}


def posted(scene: Scene) -> dict[str, Any]:
    return {**STAFF, "kind": "other", "place": scene.room.commune, "last": TODAY}


def course(scene: Scene) -> dict[str, Any]:
    held = staffed(scene)
    made, _new = Training.objects.get_or_create(
        staff=held.staff, course="Đọc", first_day=TODAY, last_day=TODAY
    )
    return {"staff_id": held.staff_id, "training_id": made.pk}


TABLE += [
    Row(
        "console:staff",
        WATCHING | TRAINING,
        anywhere=True,
        query=lambda scene: {"xem": str(staffed(scene).pk)},  # it knows no such view, and shows all
    ),
    Row("console:staff_counts", WATCHING | TRAINING, anywhere=True),
    Row("console:staff_counts_written", WATCHING | TRAINING, anywhere=True),
    Row("console:staffer", WATCHING | TRAINING, names=staffer),
    Row("console:staff_add", ADMIN, anywhere=True),
    Row("console:staff_add", ADMIN, posts=lambda scene: STAFF | {"place": scene.room.commune}),
    Row("console:staff_change", ADMIN, names=staffer, posts=lambda scene: STAFF),
    Row("console:staff_erase", ADMIN, names=left, posts=lambda scene: {}),
    Row("console:staff_remove", ADMIN, names=staffer, posts=lambda scene: {"sure": "1"}),
    Row("console:post_add", ADMIN, names=staffer, posts=posted),
    Row("console:post_change", ADMIN, names=post, posts=posted),
    Row("console:post_end", ADMIN, names=post, posts=posted),
    Row(
        "console:post_hand_over",
        ADMIN,
        names=post,
        posts=lambda scene: {"move-other": "Vi Văn Tú", "move-last": TODAY},
    ),
    Row(
        "console:training_add",
        TRAINING,
        names=staffer,
        posts=lambda scene: {"course": "Viết", "first": TODAY},
    ),
    Row("console:training_remove", TRAINING, names=course, posts=lambda scene: {}),
]


def entry(scene: Scene) -> dict[str, Any]:
    made, _new = Pronunciation.objects.get_or_create(
        word="XKQ",
        place=scene.room.people.places.commune,
        area=scene.room.commune,
        defaults={"reading": "xuân khê quang", "added_by": scene.mai, "added_at": AT},
    )
    return {"entry_id": made.pk}


TABLE += [
    page("console:dictionary", query=lambda scene: {"q": "x"}),
    Row(
        "console:dictionary",
        TEACHING,
        posts=lambda scene: {"word": "NTLS", "reading": "nghĩa trang", "at": scene.room.commune},
    ),
    page("console:dictionary_export"),
    Row("console:dictionary_end", TEACHING, names=entry, posts=lambda scene: {}),
    Row(
        "console:manner",
        TEACHING,
        posts=lambda scene: {"speed": "105", "pause_ms": "500", "jingle": "chime", "at": scene.room.commune},
    ),
    Row("console:paper", NOBODY, posts=lambda scene: {}),  # nothing of a document is kept
    *(  # each has the own files alone
        Row(
            f"console:send{step}",
            NOBODY,
            names=lambda scene: {"upload_id": scene.draft.pk},
            posts=lambda scene: {},
        )
        for step in ("_piece", "_close", "_drop", "_cut")
    ),
    Row("console:teach", frozenset({R.WRITER}), anywhere=True, posts=lambda scene: {"title": "x"}),
    Row("console:sample", TEACHING, anywhere=True, posts=lambda scene: {"speed": "120"}),
    # What was spoken for a draft is no sample.
    Row("console:sample_state", NOBODY, names=lambda scene: {"rendering_id": scene.draft.rendering_id}),
    Row("console:sample_sound", NOBODY, names=lambda scene: {"rendering_id": scene.draft.rendering_id}),
]
FOREIGN_NAMES = ("Hồ Thị Huệ", "Ngô Văn Láng", "Nháp của phường", "Loa của phường", "Khách Lạ")
