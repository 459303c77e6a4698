"""Locales whose output can be parsed."""


def get_best_parsable_locale(module, preferences=None, raise_on_locale=False):
    """The first of C.utf8, C.UTF-8, en_US.utf8 … that the target has, else 'C'."""
    try:
        return _find_locale(module, preferences or ['C.utf8', 'C.UTF-8', 'en_US.utf8', 'en_US.UTF-8', 'C', 'POSIX'])
    except RuntimeWarning as e:
        if raise_on_locale:
            raise
        module.debug('Failed to get locale information: %s' % e)
        return 'C'


def _find_locale(module, preferences):
    program = module.get_bin_path('locale')
    if not program:
        raise RuntimeWarning("Could not find 'locale' tool")
    rc, out, err = module.run_command([program, '-a'])
    if rc != 0:
        raise RuntimeWarning('Unable to get locale information, rc=%s: %s' % (rc, err))
    if not out:
        raise RuntimeWarning('No output from locale, rc=%s: %s' % (rc, err))
    available = out.strip().splitlines()
    return next((name for name in preferences if name in available), 'C')
