"""Boxes of made-up makers, as real servers: for tests, and for trying a bridge out without a box."""
