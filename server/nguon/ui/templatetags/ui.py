"""Icons, fields, instants and durations in templates."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nguon.kernel import clock

register = template.Library()


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """This function will draw an icon of the sprite; it is decoration, words stand beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {kind}".strip(),
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag
def waves() -> SafeString:
    """This function will draw the moving bars that mean "sound is coming out now"."""
    return SafeString('<span class="waves" aria-hidden="true"><i></i><i></i><i></i><i></i></span>')


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, **extra: Any) -> dict[str, Any]:
    """This function will lay out one form field: label, control, help and error."""
    return {"field": bound, "control": described(bound, **extra), "optional": extra.get("optional", False)}


def described(bound: BoundField, **extra: Any) -> SafeString:
    """This function will draw the control with the attributes that tie help and errors to it."""
    ids = [f"{bound.id_for_label}-help"] if bound.help_text else []
    ids += [f"{bound.id_for_label}-error"] if bound.errors else []
    attrs: dict[str, Any] = {"aria-describedby": " ".join(ids)} if ids else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if "autocomplete" in extra:
        attrs["autocomplete"] = extra["autocomplete"]
    return bound.as_widget(attrs=attrs)


@register.filter
def instant(at: datetime | None) -> str:
    """This function will name an instant as people do: 05:30 hôm nay, 17:00 ngày mai, 05:30 thứ Hai 23/11."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    today = clock.local(clock.now()).date()
    hour = f"{local:%H:%M}"
    days = (local.date() - today).days
    near = {0: _("{clock} hôm nay"), 1: _("{clock} ngày mai"), -1: _("{clock} hôm qua")}
    if days in near:
        return near[days].format(clock=hour)
    date = f"{local:%d/%m}" if local.year == today.year else f"{local:%d/%m/%Y}"
    return _("{clock} {weekday} {date}").format(clock=hour, weekday=dateformat.format(local, "l"), date=date)


@register.filter
def second(at: datetime | None) -> str:
    """This function will return the wall clock to the second, for proofs: 05:30:02."""
    return f"{timezone.localtime(at):%H:%M:%S}" if at else ""


@register.filter
def iso(at: datetime | None) -> str:
    """This function will return the instant for a machine."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


@register.filter
def lasting(ms: int | None) -> str:
    """This function will write milliseconds as minutes and seconds: 1:05, as players do; "" for None."""
    if ms is None:
        return ""
    total = timedelta(milliseconds=ms) // timedelta(seconds=1)
    hours, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def initials(name: str) -> str:
    """This function will return up to two letters of a Vietnamese name: Nguyễn Thị Hoa -> NH."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.filter
def epoch_ms(at: datetime | None) -> str:
    """This function will return milliseconds since 1970 (UTC) for the page's own small scripts."""
    return str(int(at.timestamp() * 1000)) if at else ""


@register.inclusion_tag("ui/settings.html", takes_context=True)
def display_settings(context: template.Context) -> dict[str, Any]:
    """This function will draw the controls for letters, background, contrast and language."""
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "display": context["display"],
        "sizes": [
            ("s", ("A-", _("Chữ nhỏ"))),
            ("m", ("A", _("Chữ vừa"))),
            ("l", ("A+", _("Chữ to"))),
            ("xl", ("A++", _("Chữ rất to"))),
        ],
        "themes": [("auto", _("Tự động")), ("light", _("Sáng")), ("dark", _("Tối"))],
        "contrasts": [("normal", _("Thường")), ("high", _("Cao"))],
    }
