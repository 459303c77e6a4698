"""Decorators for modules that call web services: limits and retries."""
import functools
import random
import time


def rate_limit_argument_spec(spec=None):
    """The arguments rate and rate_limit, added to a spec."""
    return dict(dict(rate=dict(type='int'), rate_limit=dict(type='int')), **(spec or {}))


def retry_argument_spec(spec=None):
    """The arguments retries and retry_pause, added to a spec."""
    return dict(dict(retries=dict(type='int'), retry_pause=dict(type='float', default=1)), **(spec or {}))


def basic_auth_argument_spec(spec=None):
    """The arguments of an API with user and password, added to a spec."""
    arguments = dict(
        api_username=dict(type='str'), api_password=dict(type='str', no_log=True), api_url=dict(type='str'),
        validate_certs=dict(type='bool', default=True))
    return dict(arguments, **(spec or {}))


def rate_limit(rate=None, rate_limit=None):
    """At most rate calls in rate_limit seconds."""
    pause = float(rate_limit) / float(rate) if rate is not None and rate_limit is not None else None
    last = [0.0]

    def wrapper(function):
        @functools.wraps(function)
        def limited(*args, **kwargs):
            if pause is not None:
                time.sleep(max(0.0, pause - (time.monotonic() - last[0])))
                last[0] = time.monotonic()
            return function(*args, **kwargs)
        return limited
    return wrapper


def retry(retries=None, retry_pause=1):
    """Call again until the result is true."""
    def wrapper(function):
        @functools.wraps(function)
        def retried(*args, **kwargs):
            if retries is None:
                return function(*args, **kwargs)
            for dummy in range(retries):
                try:
                    result = function(*args, **kwargs)
                except Exception:
                    result = None
                if result:
                    return result
                time.sleep(retry_pause)
            raise Exception('Retry limit exceeded: %d' % retries)
        return retried
    return wrapper


def generate_jittered_backoff(retries=10, delay_base=3, delay_threshold=60):
    """Delays that double, with chance in them, up to a threshold."""
    for attempt in range(retries):
        yield random.randint(0, min(delay_threshold, delay_base * 2 ** attempt))


def retry_never(exception_or_result):
    return False


def retry_with_delays_and_condition(backoff_iterator, should_retry_error=None):
    """Call again after each delay while should_retry_error says so of the exception or the result."""
    should_retry = should_retry_error or retry_never

    def wrapper(function):
        @functools.wraps(function)
        def retried(*args, **kwargs):
            call = functools.partial(function, *args, **kwargs)
            for delay in backoff_iterator:
                try:
                    result = call()
                except Exception as e:
                    if not should_retry(e):
                        raise
                else:
                    if not should_retry(result):
                        return result
                time.sleep(delay)
            return call()
        return retried
    return wrapper
