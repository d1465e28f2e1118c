"""The loudspeakers of the tests: two in the commune, one in the ward, each with a real key."""

from dataclasses import dataclass

from nguon.accounts.tests.cast import People
from nguon.devices.models import Device
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon_protocol import keys
from nguon_protocol.keys import Ed25519Signer


@dataclass(frozen=True)
class Loudspeaker:
    """A loudspeaker and the key that only it has."""

    device: Device
    key: Ed25519Signer


@dataclass(frozen=True)
class Fleet:
    """The loudspeakers of the tests."""

    first: Loudspeaker
    second: Loudspeaker
    ward: Loudspeaker

    @property
    def all(self) -> list[Loudspeaker]:
        """This property will give all three."""
        return [self.first, self.second, self.ward]


def loudspeaker(name: str, place: Place) -> Loudspeaker:
    """This function will make a loudspeaker in use at a place."""
    key = keys.generate()
    assert isinstance(key, Ed25519Signer)
    device = Device.objects.create(
        name=name,
        place=place,
        area=place.area,
        public_key=key.public.pub.hex(),
        alg=key.public.alg,
        enrolled_at=AT,
    )
    return Loudspeaker(device, key)


def fleet(people: People) -> Fleet:
    """This function will make the three loudspeakers."""
    villages = people.places.villages
    ward = Place.objects.filter(parent=people.places.ward).in_order().first()
    assert ward is not None
    return Fleet(
        loudspeaker("Loa thôn 1", villages[0]),
        loudspeaker("Loa thôn 2", villages[1]),
        loudspeaker("Loa tổ 1", ward),
    )
