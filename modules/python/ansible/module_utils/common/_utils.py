"""Class trees."""


def get_all_subclasses(cls):
    """Every direct and indirect subclass of cls, as a set."""
    found = set()
    queue = list(cls.__subclasses__())
    while queue:
        subclass = queue.pop()
        if subclass not in found:
            found.add(subclass)
            queue.extend(subclass.__subclasses__())
    return found
