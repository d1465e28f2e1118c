"""The broker, by paho-mqtt: 3.1.1, QoS 0, last will, and a back-off of our own with full jitter."""

import secrets
import threading
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import urlsplit

from nguon_device.backoff import Backoff
from nguon_device.ports import BrokerAddress, BrokerDown, BrokerUp, Event, Message
from nguon_device.trust import Trust

KEEPALIVE_S = 30


class PahoBroker:
    """The Broker port; events are handed to `post`, from a thread of its own."""

    def __init__(self, post: Callable[[Event], None], rng: Random, cap_s: float, trust: Trust) -> None:
        self._post = post
        self._trust = trust
        # The broker ends the older of two connections with one client id: nobody is to guess this one.
        self._suffix = secrets.token_hex(8)
        self._backoff = Backoff(rng, cap_s=cap_s)
        self._address: BrokerAddress | None = None
        self._changed = threading.Event()
        self._closing = False
        self._client: Any = None
        self._thread: threading.Thread | None = None

    def connect(self, address: BrokerAddress) -> None:
        """Begin to connect, and to connect again for ever, with this address from now on."""
        before, self._address = self._address, address
        if before is None or (before.url, before.topics) != (address.url, address.topics):
            self._changed.set()  # a fresh password alone does not break a living connection
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
            self._thread.start()

    def publish(self, topic: str, payload: bytes) -> bool:
        """Hand over a message; False when there is no connection."""
        client = self._client
        return client is not None and client.is_connected() and client.publish(topic, payload, qos=0).rc == 0

    def close(self) -> None:
        """Say goodbye."""
        self._closing = True
        self._changed.set()
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._closing and self._address is not None:
            self._changed.clear()
            self._session(self._address)
            if not self._closing:
                self._post(BrokerDown())
                self._changed.wait(self._backoff.failed())

    def _session(self, address: BrokerAddress) -> None:
        """Hold one connection until it breaks or the address changes."""
        import paho.mqtt.client as paho  # noqa: PLC0415  70 ms that belong on this thread
        from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415

        url = urlsplit(address.url)
        name = f"{address.username}-{self._suffix}"
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=paho.MQTTv311)
        client.username_pw_set(address.username, address.password)
        client.will_set(address.will_topic, b'{"offline":true}', qos=0)
        if url.scheme == "mqtts":
            client.tls_set_context(self._trust.context())

        def on_connect(_c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
            if not reason.is_failure:
                self._backoff.worked()
                client.subscribe([(topic, 0) for topic in address.topics])

        def on_message(_c: Any, _u: Any, message: Any) -> None:
            self._post(Message(bytes(message.payload)))

        client.on_connect = on_connect
        client.on_subscribe = lambda *_: self._post(BrokerUp())
        client.on_message = on_message
        try:
            client.connect(url.hostname or "127.0.0.1", url.port or 1883, KEEPALIVE_S)
        except OSError:
            return
        self._client = client
        while not self._closing and not self._changed.is_set() and client.loop(1.0) == paho.MQTT_ERR_SUCCESS:
            pass
        self._client = None
        client.disconnect()
        client.loop(0.05)
