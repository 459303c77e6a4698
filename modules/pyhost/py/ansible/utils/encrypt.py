"""Passwords that nobody can guess."""
import random
import string


def random_password(length=20, chars=string.ascii_letters + string.digits + '.,:-_', seed=None):
    source = random.SystemRandom() if seed is None else random.Random(seed)
    return ''.join(source.choice(chars) for dummy in range(length))


def random_salt(length=8):
    return random_password(length, string.ascii_letters + string.digits + './')
