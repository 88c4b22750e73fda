"""Why a letter could not be sent, in words without what a server answered."""


class NotSent(Exception):  # noqa: N818 - it says what happened
    """A letter could not be sent. ``alone``: the server would take others all the same."""

    def __init__(self, why: str, alone: bool = False) -> None:
        super().__init__(why)
        self.alone = alone
