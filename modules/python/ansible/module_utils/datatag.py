"""What modules may say about values. Here values bear no marks: they go through as they are."""


def deprecate_value(value, msg, *, version=None, date=None, collection_name=None, deprecator=None, help_text=None):
    """value, whose use is deprecated. A controller that knows such marks would tell when a play uses it."""
    return value


def native_type_name(value):
    """The name of a value's type, or of a type."""
    return (value if isinstance(value, type) else type(value)).__name__
