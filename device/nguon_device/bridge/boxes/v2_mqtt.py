"""A made-up maker's box with the profile v2.0 over MQTT, at any broker."""

import json
import threading
from contextlib import suppress
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from nguon_device.bridge.boxes.playing import Amplifier, Misbehaviour


class V2MqttBox:
    """It says how it is once in a while, and at once when that changes."""

    def __init__(self, box: str, host: str, port: int, every_s: float = 60.0) -> None:
        """Connect and begin to tell."""
        self.box = box
        self.amplifier, self.wrong = Amplifier(), Misbehaviour()
        self.asked: list[dict[str, Any]] = []
        self._every_s = every_s
        self._ending, self._news = threading.Event(), threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, f"box-{box}", protocol=paho.MQTTv311)

        def on_connect(*_all: Any) -> None:
            self._client.subscribe(f"httt/cumloa/{box}/lenh", 0)

        self._client.on_connect = on_connect
        self._client.on_message = lambda _c, _u, message: self._take(bytes(message.payload))
        self._client.connect(host, port, 30)
        self._client.loop_start()
        threading.Thread(target=self._tell, name=f"box {box}", daemon=True).start()

    def close(self) -> None:
        """Switch it off."""
        self._ending.set()
        self._news.set()
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, payload: bytes) -> None:
        """Say anything at all under its own name."""
        self._client.publish(f"httt/cumloa/{self.box}/trangthai", payload, 0)

    def _tell(self) -> None:
        while not self._ending.is_set():
            if self.wrong.body is None and not self.wrong.hangs_s:
                self.say(json.dumps(self.status(), ensure_ascii=False).encode())
            elif self.wrong.body is not None:
                self.say(self.wrong.body)
            self._news.wait(self._every_s)
            self._news.clear()

    def status(self) -> dict[str, Any]:
        """Give what it says of itself."""
        now = self.amplifier.now
        found = {"CumLoaID": self.box, "AmLuong": 70, "TrangThaiHoatDong": 2 if now is None else 0}
        found |= {"TrangThaiKetNoi": "Ethernet", "NoiDungPhat": "" if now is None else now.url}
        return found | self.wrong.says

    def _take(self, payload: bytes) -> None:
        said = json.loads(payload)
        self.asked.append(said)
        body = said["NoiDung"]
        if said["Lenh"] == "LichPhat" and not self.wrong.deaf:
            (bulletin,) = body["DanhSachBanTin"]
            threading.Thread(target=self._play, args=(bulletin["NoiDung"], body["LichPhatID"])).start()
        elif said["Lenh"] == "HuyLichPhat":
            self.amplifier.stop(body["LichPhatID"])
        self._news.set()

    def _play(self, url: str, item: str) -> None:
        with suppress(OSError):
            self.amplifier.play(url, item)
        self._news.set()
