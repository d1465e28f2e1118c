"""Wired and FM stations: a relay lets them be heard while something signed sounds, and no longer."""
