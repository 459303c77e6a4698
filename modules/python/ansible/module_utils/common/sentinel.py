"""A value that is told apart from every other one, None included."""


class Sentinel:
    """Stands for itself: used as a class, never instantiated."""

    def __new__(cls):
        return cls
