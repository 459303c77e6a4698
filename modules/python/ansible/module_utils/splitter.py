"""Splitting of free-form arguments: at spaces outside quotes and Jinja blocks."""
_OPENING = {'{{': '}}', '{%': '%}', '{#': '#}'}


def is_quoted(data):
    return len(data) > 0 and (data[0] == '"' and data[-1] == '"' or data[0] == "'" and data[-1] == "'")


def unquote(data):
    """data without the quotes around it."""
    return data[1:-1] if len(data) > 1 and is_quoted(data) else data


def split_args(args):
    """The words of a line; newlines within it stay."""
    words, word, quote, blocks = [], '', None, []
    i = 0
    while i < len(args):
        step, quote = _step(args, i, quote, blocks)
        if step.isspace() and not quote and not blocks:
            words, word = words + [word] if word else words, ''
        else:
            word += step
        i += len(step)
    if quote or blocks:
        raise Exception('error while splitting arguments, either an unbalanced jinja2 block or quotes')
    return words + [word] if word else words


def _step(args, i, quote, blocks):
    """(the characters taken at i, the quote that is open after them)"""
    pair = args[i:i + 2]
    if pair[0] == '\\' and len(pair) == 2:
        return pair, quote
    if blocks and pair == blocks[-1]:
        blocks.pop()
        return pair, quote
    if pair in _OPENING:
        blocks.append(_OPENING[pair])
        return pair, quote
    if pair[0] in '\'"' and not blocks:
        return pair[0], (None if quote == pair[0] else quote or pair[0])
    return pair[0], quote
