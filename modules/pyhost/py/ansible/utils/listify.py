"""Terms of lookups as a list."""


def listify_lookup_plugin_terms(terms, templar=None, fail_on_undefined=True, convert_bare=False):
    if templar is not None:
        terms = templar.template(terms)
    return [terms] if isinstance(terms, str) or not hasattr(terms, '__iter__') else terms
