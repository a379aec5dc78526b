"""What was wrong with what somebody gave us? One error, with a sentence they can act on."""


class InputError(ValueError):
    """An input that cannot be measured; `code` for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
