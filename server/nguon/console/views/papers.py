"""Soạn from a document: its words for the page to show, nothing of it is kept."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.bulletins.errors import NotAWriter
from nguon.console.papers import PaperRefused, read_paper
from nguon.console.views.base import person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError


@require_POST
def words(request: HttpRequest) -> JsonResponse:
    """This function will answer with the title and the words of a document, or why not."""
    file = request.FILES.get("paper")
    try:
        if not areas_of(person(request), Role.WRITER, clock.now()):
            raise NotAWriter
        if file is None:
            raise PaperRefused.of("empty")
        found = read_paper(file)
    except DomainError as error:
        return JsonResponse({"text": str(error)}, status=409)
    return JsonResponse({"title": found.title, "words": found.text, "note": found.note})
