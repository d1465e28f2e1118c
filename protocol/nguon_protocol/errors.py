"""The one family of errors that this library raises on purpose."""


class ProtocolError(ValueError):
    """Bytes or values that LSP-1 does not allow; the text says which field and why."""
