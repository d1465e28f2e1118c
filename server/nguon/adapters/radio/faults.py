"""Why a station cannot be listened to."""


class RadioFault(Exception):
    """A slug for programs (`code`) and what it is about (`about`): a host, a status.

    address, private, elsewhere, redirects, unreachable, tls, status, playlist, encrypted, ended.
    """

    def __init__(self, code: str, about: str = "") -> None:
        """This function will keep why."""
        super().__init__(f"{code} {about}".strip())
        self.code = code
        self.about = about
