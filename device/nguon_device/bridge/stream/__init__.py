"""Boxes that listen to a stream of ours over HTTP, as they would to Icecast."""
