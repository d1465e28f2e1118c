"""The root of every expected failure."""


class DomainError(Exception):
    """An expected failure, told to a person in one sentence that says what to do next.

    A subclass gives `message`, a lazy Vietnamese sentence with named fields in braces, and `code`,
    a slug for programs.  The fields are filled from the keyword arguments.
    """

    message: object = ""  # a lazy translation; the kernel itself knows nothing of Django
    code: str = "error"

    def __init__(self, **fields: object) -> None:
        """This function will keep the fields that the sentence names."""
        super().__init__()
        self.fields = fields

    def __str__(self) -> str:
        """This function will return the sentence in the language of the moment."""
        return str(self.message).format(**self.fields)
