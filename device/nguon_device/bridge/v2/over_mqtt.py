"""v2.0 over MQTT: schedules and commands go to the box's topic, its status comes back by itself."""

import json
import logging
import queue
import secrets
import ssl
import threading
import time
from dataclasses import replace
from typing import Any

from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.reaching import Address, Reach, tls_context
from nguon_device.bridge.reading import read_json
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.v2 import messages

log = logging.getLogger("nguon_device")
STALE_S = 150.0
"""A status older than this tells nothing: the profile has one a minute."""
MOST_BYTES = 64 * 1024
MOST_A_SECOND = 100
CONNECT_S = 8.0
_WHO_ARE_YOU = ("Bad user name or password", "Not authorized")
_PORTS = {"mqtt": 1883, "mqtts": 8883}


class _Named:
    """TLS with whom was named, over the number that was looked up once."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._context, self._host = context, host
        self.check_hostname = context.check_hostname

    def wrap_socket(self, line: Any, **options: Any) -> ssl.SSLSocket:
        made = self._context.wrap_socket(line, **(options | {"server_hostname": self._host}))
        try:
            made.do_handshake()  # at the time-out that the line has; paho leaves one open that fails
        except OSError:
            made.close()
            raise
        return made


def _leave(client: Any) -> None:
    """Say good-bye, and let go of the line whether or not that was said."""
    client.disconnect()
    client.loop_stop()
    if (line := client.socket()) is not None:
        line.close()


def _topic(profile: Profile, name: str, box: str) -> str:
    """Give a topic; one that would reach other boxes is no setting."""
    topic = profile.text("topics", name).replace("{box}", box)
    if not topic or any(one in topic for one in "+#\0") or len(topic) > 500:
        raise FarFault("settings", f"topics {name}")
    return topic


def _refused(reason: Any) -> FarFault:
    """Tell a wrong password from a broker that takes nobody."""
    told = str(reason)
    return FarFault("password" if told in _WHO_ARE_YOU else "refused", told)


class V2Mqtt:
    """One box behind a maker's broker, at QoS 0."""

    proves = True

    def __init__(self, settings: BoxSettings, reach: Reach) -> None:
        """Read the settings; FarFault `settings` or `address`. Nothing is connected yet."""
        if not settings.box or any(one in settings.box for one in "/+#"):
            raise FarFault("settings")
        self._settings, self._reach = settings, reach
        self._profile = Profile.load("v2.0", settings.options.get("profile"))
        self._address = Address.parse(settings.address, ("mqtt", "mqtts"))
        self._seconds = settings.option("seconds", CONNECT_S, 0.2, 30)
        self._stale_s = settings.option("stale", STALE_S, 1, 3600)
        self._down, self._up = (_topic(self._profile, one, settings.box) for one in ("down", "up"))
        self._shared = settings.box not in self._up
        """Others speak under the same topic: what they say of themselves is nothing to us."""
        self._tls = tls_context(settings) if self._address.scheme == "mqtts" else None
        self._client: Any = None
        self._fault: FarFault | None = None
        self._heard = threading.Event()
        self._last: tuple[float, Told | FarFault] | None = None
        self._second, self._count = 0, 0

    def play(self, wanted: Wanted) -> None:
        """Give the box a schedule of one bulletin that begins now."""
        self._say("schedule", messages.schedule(self._profile, self._settings.box, wanted))

    def stop(self, item: str) -> None:
        """Take the schedule back, and stop by command as well where its code is known."""
        for kind, body in messages.stops(self._profile, self._settings.box, item):
            self._say(kind, body)

    def look(self) -> Told:
        """Give what the box said last, if that was lately; wait a moment for the very first word."""
        self._connected()
        if self._last is None:
            self._heard.wait(self._seconds)
        last = self._last
        if last is None or time.monotonic() - last[0] > self._stale_s:
            raise FarFault("slow")
        if isinstance(last[1], FarFault):
            raise last[1]
        told = last[1]
        return replace(told, age_s=time.monotonic() - last[0])

    def hang_up(self) -> None:
        """Wait for no word any more; nothing else here takes longer than `seconds`."""
        self._heard.set()

    def close(self) -> None:
        """Leave the broker."""
        client, self._client = self._client, None
        if client is not None:
            _leave(client)

    def _say(self, kind: str, body: dict[str, Any]) -> None:
        client = self._connected()
        whole = self._profile.message("wrapped", {"name": self._profile.code("Lenh", kind), "body": body})
        if client.publish(self._down, json.dumps(whole, ensure_ascii=False).encode(), qos=0).rc != 0:
            raise FarFault("unreachable")

    def _connected(self) -> Any:
        """Give the connection, made anew where it is gone. Raises FarFault."""
        if self._fault is not None:
            fault, self._fault = self._fault, None
            self.close()
            raise fault
        if self._client is not None and self._client.is_connected():
            return self._client
        self.close()
        self._client = self._connect()
        return self._client

    def _connect(self) -> Any:
        import paho.mqtt.client as paho  # noqa: PLC0415  70 ms that belong on this thread
        from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415

        port = self._address.port or _PORTS[self._address.scheme]
        number = self._reach.resolve(self._address.host, port, self._seconds)
        name = f"nguon-{secrets.token_hex(8)}"
        client = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=paho.MQTTv311)
        client.connect_timeout = self._seconds
        client.max_queued_messages_set(100)
        if self._settings.username:
            client.username_pw_set(self._settings.username, self._settings.password)
        if self._tls is not None:
            named: Any = _Named(self._tls, self._address.host)  # paho asks for no more than it has
            client.tls_set_context(named)
        answers: queue.SimpleQueue[FarFault | None] = queue.SimpleQueue()

        def on_connect(_c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
            if reason.is_failure:
                answers.put(_refused(reason))
            else:
                client.subscribe(self._up, 0)

        def on_subscribe(_c: Any, _u: Any, _m: Any, reasons: Any, _p: Any) -> None:
            refused = any(one.is_failure for one in reasons)
            answers.put(FarFault("refused", f"SUBSCRIBE {self._up}") if refused else None)

        client.on_connect, client.on_subscribe = on_connect, on_subscribe
        client.on_disconnect = lambda *_: answers.put(FarFault("unreachable", self._address.host))
        client.on_message = lambda _c, _u, message: self._hear(message)
        try:
            client.connect(number, port, 30)
        except OSError as error:
            tls, slow = isinstance(error, ssl.SSLError), isinstance(error, TimeoutError)
            raise FarFault("tls" if tls else "slow" if slow else "unreachable", self._address.host) from None
        client.loop_start()
        try:
            fault = answers.get(timeout=self._seconds)
        except queue.Empty:
            fault = FarFault("slow")
        if fault is not None:
            _leave(client)
            raise fault
        return client

    def _hear(self, message: Any) -> None:
        """Whatever is said there, the thread of the connection goes on. A kept word may be of yesterday."""
        if message.retain:
            return
        try:
            self._take(bytes(message.payload))
        except Exception:
            log.exception("a status of %s cannot be read", self._settings.box)
            self._last = (time.monotonic(), FarFault("fault"))

    def _take(self, payload: bytes) -> None:
        """Keep the newest status; a flood is hung up on. On the thread of the connection."""
        now = time.monotonic()
        self._count = self._count + 1 if int(now) == self._second else 1
        self._second = int(now)
        if self._count > MOST_A_SECOND:
            self._fault = FarFault("large")
            if self._client is not None:
                self._client.disconnect()
            return
        try:
            if len(payload) > MOST_BYTES:
                raise FarFault("large")
            said: Told | FarFault = messages.status(self._profile, self._settings.box, read_json(payload))
        except FarFault as fault:
            if fault.code == "other" and self._shared:
                return
            said = fault
        self._last = (now, said)
        self._heard.set()
