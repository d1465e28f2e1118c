"""A gateway for text messages (SMS): one address of a telephone company, one JSON object a message.

`NGUON_SMS_URL` is asked by POST {"to": "+84...", "text": "..."} with `Authorization: Bearer TOKEN`; an answer
of 200 to 299 means that the company has taken it. What other gateways want is a few lines beside this one.
"""

from nguon.adapters.sms.gateway import (
    FakeGateway,
    Gateway,
    HttpGateway,
    SmsRefused,
    SmsUnavailable,
    international,
)

__all__ = ["FakeGateway", "Gateway", "HttpGateway", "SmsRefused", "SmsUnavailable", "international"]
