"""Dictionaries: key styles, merging and comparing."""
import re
from collections.abc import MutableMapping
from copy import deepcopy


def camel_dict_to_snake_dict(camel_dict, reversible=False, ignore_list=()):
    """httpEndpoint -> http_endpoint in all keys; values of keys in ignore_list stay as they are."""
    snake = {}
    for key, value in camel_dict.items():
        new_key = _camel_to_snake(key, reversible=reversible)
        if isinstance(value, dict) and key not in ignore_list:
            value = camel_dict_to_snake_dict(value, reversible, ignore_list)
        elif isinstance(value, list) and key not in ignore_list:
            value = _map_list(value, lambda d: camel_dict_to_snake_dict(d, reversible, ignore_list))
        snake[new_key] = value
    return snake


def snake_dict_to_camel_dict(snake_dict, capitalize_first=False):
    """http_endpoint -> httpEndpoint in all keys, at any depth."""
    def convert(value):
        if isinstance(value, dict):
            return snake_dict_to_camel_dict(value, capitalize_first)
        if isinstance(value, list):
            return [convert(item) for item in value]
        return value
    return {_snake_to_camel(key, capitalize_first): convert(value) for key, value in snake_dict.items()}


def _map_list(values, convert):
    result = []
    for value in values:
        if isinstance(value, dict):
            value = convert(value)
        elif isinstance(value, list):
            value = _map_list(value, convert)
        result.append(value)
    return result


def _snake_to_camel(snake, capitalize_first=False):
    first, *rest = snake.split('_')
    if capitalize_first:
        first = first.capitalize() or '_'
    return first + ''.join(part.capitalize() or '_' for part in rest)


def _camel_to_snake(name, reversible=False):
    if reversible:
        return re.sub(r'[A-Z]', lambda m: '_' + m.group(0).lower(), name).lstrip('_')
    # An acronym in plural ("ARNs") is one word.
    name = re.sub(r'[A-Z]{3,}s$', lambda m: '_' + m.group(0).lower(), name)
    name = re.sub(r'(.)([A-Z][a-z]+)', r'\1_\2', name)
    return re.sub(r'([a-z0-9])([A-Z])', r'\1_\2', name).lower()


def dict_merge(a, b):
    """a overlaid with b, dictionaries in both merged at any depth; both stay unchanged."""
    if not isinstance(b, dict):
        return b
    result = deepcopy(a)
    for key, value in b.items():
        if isinstance(result.get(key), dict):
            result[key] = dict_merge(result[key], value)
        else:
            result[key] = deepcopy(value)
    return result


def recursive_diff(dict1, dict2):
    """(only or other in dict1, the same of dict2), or None if they are equal."""
    if not all(isinstance(item, MutableMapping) for item in (dict1, dict2)):
        raise TypeError("Unable to diff 'dict1' %s and 'dict2' %s. Both must be a dictionary." % (type(dict1), type(dict2)))
    left = {key: value for key, value in dict1.items() if key not in dict2}
    right = {key: value for key, value in dict2.items() if key not in dict1}
    for key in set(dict1) & set(dict2):
        _diff_key(key, dict1[key], dict2[key], left, right)
    return (left, right) if left or right else None


def _diff_key(key, value1, value2, left, right):
    if isinstance(value1, dict) and isinstance(value2, dict):
        result = recursive_diff(value1, value2)
        if result:
            left[key], right[key] = result
    elif value1 != value2:
        left[key], right[key] = value1, value2
