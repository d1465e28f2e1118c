"""v2.0 over MQTT: schedules and commands go to the box's topic, its status comes back by itself."""

import json
import secrets
import threading
import time
from typing import Any

from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.reaching import Address, Reach, read_json
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.v2 import messages

STALE_S = 150.0
"""A status older than this tells nothing: the profile has one a minute."""
MOST_BYTES = 64 * 1024
MOST_A_SECOND = 100
CONNECT_S = 8.0
_PORTS = {"mqtt": 1883, "mqtts": 8883}


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
        self._down, self._up = (
            self._profile.text("topics", one).replace("{box}", settings.box) for one in ("down", "up")
        )
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
        command = messages.command(self._profile, self._settings.box, "stop")
        if command is not None:
            self._say("command", command)
        self._say("cancel", {"LichPhatID": item, "DanhSachThietBi": {"CumLoaID": [self._settings.box]}})

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
        return Told(
            told.playing, told.url, told.volume, told.connection, told.program, time.monotonic() - last[0]
        )

    def hang_up(self) -> None:
        """Nothing here takes longer than `seconds`."""

    def close(self) -> None:
        """Leave the broker."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def _say(self, kind: str, body: dict[str, Any]) -> None:
        client = self._connected()
        whole = {self._profile.text("fields", "command"): self._profile.code("Lenh", kind), "NoiDung": body}
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
        number = self._reach.resolve(self._address.host, port)
        name = f"nguon-{secrets.token_hex(8)}"
        client = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=paho.MQTTv311)
        client.connect_timeout = self._seconds
        client.max_queued_messages_set(100)
        if self._settings.username:
            client.username_pw_set(self._settings.username, self._settings.password)
        tls = self._address.scheme == "mqtts"
        if tls:
            client.tls_set()
        up, refused = threading.Event(), threading.Event()

        def on_connect(_c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
            if reason.is_failure:
                refused.set()
                up.set()
            else:
                client.subscribe(self._up, 0)

        client.on_connect = on_connect
        client.on_subscribe = lambda *_: up.set()
        client.on_message = lambda _c, _u, message: self._take(bytes(message.payload))
        try:
            # With TLS the name is looked up once more, but nobody without its certificate gets further.
            client.connect(self._address.host if tls else number, port, 30)
        except OSError as error:
            slow = isinstance(error, TimeoutError)
            kind = "tls" if "certificate" in str(error).lower() else "slow" if slow else "unreachable"
            raise FarFault(kind, self._address.host) from None
        client.loop_start()
        if not up.wait(self._seconds) or refused.is_set():
            client.disconnect()
            client.loop_stop()
            raise FarFault("password" if refused.is_set() else "slow")
        return client

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
            said = fault
        self._last = (now, said)
        self._heard.set()
