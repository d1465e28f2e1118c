"""Loudspeakers over IP that listen to RTP, by multicast or not."""
