"""Thousands of loudspeakers in one process: the real core, real signatures, MQTT over plain sockets."""
