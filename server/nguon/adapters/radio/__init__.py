"""Listening to a station on the network: HTTP, Icecast and HLS, within one host."""

from nguon.adapters.radio.faults import RadioFault
from nguon.adapters.radio.listening import listen
from nguon.adapters.radio.rules import checked

__all__ = ["RadioFault", "checked", "listen"]
