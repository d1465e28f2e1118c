"""Every sentence on the screen has its English, and both forms of the catalogue say the same."""

from tools import messages
from tools.messages import Message


def test_every_sentence_has_its_english() -> None:
    assert messages.problems() == []


def test_sentences_are_found_in_modules() -> None:
    source = 'x = _("Một")\ny = ngettext("{n} loa", "{n} loa", n)\nz = other("không")\n'
    assert list(messages.in_python(source)) == [Message("Một"), Message("{n} loa", "{n} loa")]


def test_sentences_are_found_in_templates() -> None:
    source = """{% load i18n %}{% translate "Một" %}{{ x|default:_("Hai") }}
    {% blocktranslate with a=b %}Ba {{ a }}{% endblocktranslate %}
    {% blocktranslate count n=m %}{{ n }} loa{% plural %}{{ n }} loa{% endblocktranslate %}"""
    found = {message.text: message.plural for message in messages.in_template(source)}
    assert found == {"Một": "", "Hai": "", "Ba %(a)s": "", "%(n)s loa": "%(n)s loa"}
