"""Text that is no template. All that a plugin makes is that, so nothing needs to be marked."""


class AnsibleUnsafe:
    """The kind of values that are never templates."""


class AnsibleUnsafeText(str, AnsibleUnsafe):
    pass


class AnsibleUnsafeBytes(bytes, AnsibleUnsafe):
    pass


def wrap_var(value):
    return str(value) if isinstance(value, str) else value


def to_unsafe_text(value):
    return AnsibleUnsafeText(value)
