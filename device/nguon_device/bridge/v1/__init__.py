"""The official profile v1.0, as older boxes speak it."""
