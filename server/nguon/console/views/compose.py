"""Soạn: one page, kept as one types."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from nguon.audio import actions as audio
from nguon.audio import queries as sounds
from nguon.bulletins import actions, queries
from nguon.bulletins.actions.attaching import ENDINGS
from nguon.bulletins.models import Revision
from nguon.bulletins.rules import is_played
from nguon.bulletins.states import ContentType
from nguon.console import drafts, library, reviewing, rhythms, tabs, tongues, tree, wording
from nguon.console.forms import ComposeForm
from nguon.console.presenters import Chosen, Fault, SoundState
from nguon.console.views.base import page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

Problem = tuple[str, DomainError]
DRAFTS = 8
INSTANTS = 24
"""Plays of a repetition that the page names one by one."""
KINDS = (ContentType.AUDIO, ContentType.TEXT, ContentType.IMAGE, ContentType.VIDEO, ContentType.LIVE)
# Where on the page each field of a problem is.
ANCHORS = {
    "targets": "targets",
    "starts_at": "timing",
    "rrule": "timing",
    "until": "timing",
    "sound": "sound-box",
    "attachments": "attachments",
    "versions": "versions",
}


_STAYS = {"attach": "attachments", "detach": "attachments", "version": "versions"}


def compose(request: HttpRequest) -> HttpResponse:
    """This function will show an empty form, or take what was sent from a full one."""
    if request.method == "POST":
        return _sent(request)
    home = drafts.home_of(person(request), clock.now())
    return _page(request, ComposeForm(initial=drafts.blank(home)), None)


@require_safe
def edit(request: HttpRequest, bulletin_id: str) -> HttpResponse:
    """This function will show a draft, or open a returned bulletin again, for its author."""
    try:
        draft = drafts.open_draft(person(request), bulletin_id, clock.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("console:bulletins")
    return _page(request, ComposeForm(initial=drafts.initial(draft)), draft)


def _sent(request: HttpRequest) -> HttpResponse:
    """A form sent without scripts, or submitted: keep first, then do what the button says."""
    form, user, at = ComposeForm(_words(request)), person(request), clock.now()
    draft: Revision | None = None
    try:
        draft = _keep(request, form)
        wanted = request.POST.get("do", "save")
        _attached(request, draft)
        if wanted in _STAYS:
            return redirect(f"{reverse('console:edit', args=[draft.bulletin_id])}#{_STAYS[wanted]}")
        if wanted == "rhythm":
            return _rhythm(request, form, draft)
        if wanted == "listen":
            tongues.ask_for_whole(drafts.ask_for_sound(draft, user, at), at)
        if wanted == "submit":
            actions.submit(revision_id=draft.pk, by=user, at=at)
            sent = _("Đã gửi duyệt “{title}”. Người duyệt sẽ thấy ngay.")
            messages.success(request, sent.format(title=draft.title))
            return redirect("console:bulletin", draft.bulletin_id)
    except actions.NotReady as error:
        return _page(request, form, draft, error.problems)
    except DomainError as error:
        about = "attachments" if error.code.startswith("attachment") else ""
        return _page(request, form, draft, [(about, error)])
    messages.success(request, _("Đã lưu bản nháp."))
    return redirect("console:edit", draft.bulletin_id)


def _rhythm(request: HttpRequest, form: ComposeForm, draft: Revision) -> HttpResponse:
    """Give the draft the times and days of a template, from the first day that was typed."""
    user, at = person(request), clock.now()
    since = form.cleaned_data.get("since") if form.is_valid() else None
    actions.follow_rhythm(
        template=rhythms.chosen(user, request.POST.get("rhythm", "")[:60], at),
        revision_id=draft.pk,
        by=user,
        at=at,
        first_date=since,
    )
    messages.success(request, _("Đã đặt giờ phát theo mẫu. Hãy xem lại ngày đầu và ngày cuối."))
    return redirect(f"{reverse('console:edit', args=[draft.bulletin_id])}#timing")


def _attached(request: HttpRequest, draft: Revision) -> None:
    """Put the chosen files beside the draft, and take away the one whose button was pressed."""
    user, at = person(request), clock.now()
    for file in request.FILES.getlist("attach"):
        actions.attach(revision_id=draft.pk, file=file, by=user, at=at)
    gone = library.key(request.POST.get("detach", "")[:40])
    if gone:
        actions.detach(revision_id=draft.pk, attachment_id=gone, by=user, at=at)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """This function will keep what was typed so far, and send the parts of the page that follow from it."""
    form, at = ComposeForm(_words(request)), clock.now()
    try:
        draft = drafts.keep(form, person(request), at, bulletin_id=request.POST.get("id", ""))
        tongues.keep(request.POST, {}, draft, person(request), at)
    except DomainError as error:
        return render(request, "console/compose/not_saved.html", {"problem": str(error)})
    return _parts(request, draft, drafts.sound_state(draft))


@require_POST
def teach(request: HttpRequest) -> HttpResponse:
    """This function will keep the draft and have a word of it read so from now on in the draft's area."""
    form, user, at = ComposeForm(_words(request)), person(request), clock.now()
    number = request.POST.get("teach", "")[:3]
    fault = taught = ""
    try:
        draft = drafts.keep(form, user, at, bulletin_id=request.POST.get("id", ""))
    except DomainError as error:
        return render(request, "console/compose/not_saved.html", {"problem": str(error)})
    try:
        entry = audio.add_pronunciation(
            word=request.POST.get(f"word-{number}", ""),
            reading=request.POST.get(f"reading-{number}", ""),
            place=draft.bulletin.place,
            by=user,
            at=at,
        )
        taught = _("Từ nay “{word}” đọc là “{reading}”.").format(word=entry.word, reading=entry.reading)
        draft = drafts.keep(form, user, at, bulletin_id=str(draft.bulletin_id))  # read again
    except DomainError as error:
        fault = str(error)
    return _parts(request, draft, drafts.sound_state(draft), teach_fault=fault, taught=taught)


@require_POST
def listen(request: HttpRequest) -> HttpResponse:
    """This function will keep the draft, ask for its sound, and send the box in which it will appear."""
    form, user, at = ComposeForm(_words(request)), person(request), clock.now()
    try:
        draft = _keep(request, form)
    except DomainError as error:
        return render(request, "console/compose/sound.html", {"sound": SoundState(problem=str(error))})
    try:
        draft = drafts.ask_for_sound(draft, user, at)
        tongues.ask_for_whole(draft, at)
        sound = drafts.sound_state(draft, fresh=True)
    except DomainError as error:
        sound = SoundState(problem=str(error))
    response = _parts(request, draft, sound)
    response.content = _box(request, sound).content + response.content
    return response


@require_GET
def listen_state(request: HttpRequest, revision_id: str) -> HttpResponse:
    """This function will send the box of the sound as it stands now; at work, it asks again."""
    draft = queries.visible_revisions(person(request), clock.now()).filter(pk=revision_id).first()
    if draft and draft.author_id == person(request).pk:
        tongues.ask_for_whole(draft, clock.now())  # the last of its languages may have come
    sound = drafts.sound_state(draft, fresh=True) if draft else SoundState()
    return _box(request, sound)


def _keep(request: HttpRequest, form: ComposeForm) -> Revision:
    user, at, file = person(request), clock.now(), request.FILES.get("file")
    draft = drafts.keep(form, user, at, bulletin_id=request.POST.get("id", ""), file=file)
    tongues.keep(request.POST, request.FILES, draft, user, at)
    return draft


def _words(request: HttpRequest) -> Any:
    """What was typed, with one exception: the button that takes back one's own spoken text."""
    given = request.POST.copy()
    if given.get("do") == "reset":
        given["spoken_own"], given["spoken_text"] = "", ""
    return given


def _box(request: HttpRequest, sound: SoundState) -> HttpResponse:
    return render(request, "console/compose/sound.html", {"sound": sound})


def _parts(request: HttpRequest, draft: Revision, sound: SoundState, **told: str) -> HttpResponse:
    own = draft.spoken_own
    response = render(
        request,
        "console/compose/saved.html",
        {
            **_of_draft(draft, sound),
            **told,
            "oob": True,
            "spoken_own": own,
            "lint": drafts.lint(draft, draft.text),
            "form": ComposeForm(initial=drafts.initial(draft)),
            "draft_id": draft.bulletin_id,
            "screen": tabs.screen(draft.pk),
            "with_spoken": not own or request.POST.get("do") == "reset",
        },
    )
    response["HX-Replace-Url"] = reverse("console:edit", args=[draft.bulletin_id])
    return response


def _of_draft(draft: Revision, sound: SoundState) -> dict[str, Any]:
    chosen = tree.chosen_of(draft)
    names = queries.target_strings(draft)
    instants = drafts.instants(draft, clock.now())
    return {
        "heard": is_played(draft.content_type),
        "carried": wording.carried(draft.content_type),
        "files": reviewing.files(draft),
        "topic_hint": drafts.topic_hint(draft),
        "tongues": tongues.lines(draft),
        "offered": tongues.offered(draft),
        "instants": instants[:INSTANTS],
        "shown_instants": INSTANTS,
        "instant_count": len(instants),
        "chosen": chosen,
        "speakers": len(queries.loudspeakers(draft)) if names else 0,
        "interrupts": reviewing.interrupts(draft, sound.duration_ms or 60_000, clock.now()),
        "when": wording.when(draft),
        "sound": sound,
    }


def _page(
    request: HttpRequest, form: ComposeForm, draft: Revision | None, problems: Sequence[Problem] = ()
) -> HttpResponse:
    user, at = person(request), clock.now()
    for field, error in problems if form.is_bound else ():
        if field in form.fields:
            form.add_error(field, str(error))
    faults = [Fault(_anchor(field), str(error)) for field, error in problems]
    voices = sounds.voices()
    wanted = form["voice"].value()
    chosen_voice = next((voice for voice in voices if voice.id == wanted), voices[0] if voices else None)
    sound = drafts.sound_state(draft) if draft else SoundState()
    own = () if draft or form.is_bound else tree.own_place(user, at)
    context = {
        "form": form,
        "faults": faults,
        "form_faults": _beside(problems),
        "draft_id": draft.bulletin_id if draft else "",
        "returned": drafts.last_reason(draft.bulletin) if draft and draft.number > 1 else None,
        "voices": voices,
        "voice_credit": drafts.credit(chosen_voice) if chosen_voice else "",
        "spoken_own": draft.spoken_own if draft else False,
        "lint": drafts.lint(draft, draft.text if draft else ""),
        "tree": tree.roots(user, at, queries.target_strings(draft) if draft else [one.target for one in own]),
        "drafts": _others(request, draft),
        "endings": ",".join(ENDINGS),
        "kinds": [(kind.value, kind.label, wording.carried(kind)) for kind in KINDS],
        "details": [*form.details, *[("", "")] * 2],
        "campaigns": drafts.campaigns(user, at),
        "rhythms": rhythms.offered(user, at),
        "screen": tabs.screen(draft.pk if draft else None),
        **(_of_draft(draft, sound) if draft else _of_nothing(own, sound)),
    }
    return page(request, "console/compose.html", "compose", context, status=422 if faults else 200)


def _of_nothing(own: Sequence[Chosen], sound: SoundState) -> dict[str, Any]:
    return {"chosen": own, "speakers": sum(one.count for one in own), "sound": sound}


def _anchor(field: str) -> str:
    return ANCHORS.get(field, f"id_{field}" if field else "main")


def _beside(problems: Sequence[Problem]) -> dict[str, str]:
    """The first problem of each field, under the name that the page knows it by."""
    found: dict[str, str] = {}
    for field, error in problems:
        found.setdefault({"starts_at": "timing", "rrule": "timing"}.get(field, field), str(error))
    return found


def _others(request: HttpRequest, draft: Revision | None) -> list[Any]:
    rows = queries.drafts_of(person(request)).select_related("bulletin", "author", "media")
    if draft:
        rows = rows.exclude(bulletin=draft.bulletin_id)
    return reviewing.rows(rows[:DRAFTS], person(request))
