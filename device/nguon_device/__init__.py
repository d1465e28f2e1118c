"""The reference loudspeaker agent of Nguồn: it verifies, plays and proves."""

__version__ = "0.1.0"
