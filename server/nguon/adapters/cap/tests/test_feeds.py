"""Which messages a feed names."""

import pytest

from nguon.adapters.cap.faults import NotCap
from nguon.adapters.cap.feeds import MOST, entries
from nguon.adapters.cap.tests.cast import storm

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><id>1</id><updated>2026-09-01T08:00:00+07:00</updated>
<link rel="self" href="no"/><link href="page.html" type="text/html"/>
<link href="cap/1.xml" type="application/cap+xml"/></entry>
<entry><id>2</id><updated>u</updated><link href="cap/2.xml"/></entry>
<entry><id>3</id><updated>u</updated></entry></feed>"""
RSS = """<rss version="2.0"><channel><title>x</title>
<item><guid>9</guid><pubDate>d</pubDate><link>https://kttv.example/9.xml</link></item></channel></rss>"""


def test_atom_and_rss() -> None:
    assert [one.link for one in entries(ATOM.encode())] == ["cap/1.xml", "cap/2.xml"]
    assert entries(ATOM.encode())[0].mark == "1 2026-09-01T08:00:00+07:00"
    assert [one.link for one in entries(RSS.encode())] == ["https://kttv.example/9.xml"]


def test_a_feed_has_limits() -> None:
    with pytest.raises(NotCap):
        entries(storm())
    with pytest.raises(NotCap):
        entries(b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel/></rss>')
    items = "<item><link>https://a.example/</link></item>" * (2 * MOST)
    assert len(entries(f"<rss><channel>{items}</channel></rss>".encode())) == MOST
