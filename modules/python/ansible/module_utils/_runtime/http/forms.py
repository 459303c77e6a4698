"""Bodies of type multipart/form-data."""
import base64
import mimetypes
import os
import uuid

from ansible.module_utils.common.text.converters import to_bytes, to_native


def set_multipart_encoding(encoding):
    """The function that encodes a file's content for a transfer encoding."""
    encoders = {'base64': _encode_base64, '7or8bit': lambda content: (content, _seven_or_eight(content))}
    if encoding in encoders:
        return encoders[encoding]
    raise ValueError('multipart_encoding must be one of %s.' % repr(sorted(encoders)))


def _encode_base64(content):
    return base64.encodebytes(content).rstrip(b'\n'), 'base64'


def _seven_or_eight(content):
    return '7bit' if all(byte < 128 for byte in content) else '8bit'


def prepare_multipart(fields):
    """(content type, body) of fields: text, or a dictionary with content or filename, and mime_type."""
    if not isinstance(fields, dict):
        raise TypeError('Mapping is required, cannot be type %s' % fields.__class__.__name__)
    boundary = uuid.uuid4().hex
    body = b''
    for name, value in sorted(fields.items()):
        headers, content = _part(name, value)
        lines = ['--' + boundary] + headers + ['', '']
        body += to_bytes('\r\n'.join(lines)) + content + b'\r\n'
    return 'multipart/form-data; boundary="%s"' % boundary, body + to_bytes('--%s--\r\n' % boundary)


def _part(name, value):
    """(header lines, content) of one field."""
    if isinstance(value, (str, bytes)):
        return _headers(name, None, 'text/plain', None), to_bytes(value)
    if not isinstance(value, dict):
        raise TypeError('value must be a string, or mapping, cannot be type %s' % value.__class__.__name__)
    filename, content = value.get('filename'), value.get('content')
    if not filename and content is None:
        raise ValueError('at least one of filename or content must be provided')
    mime = value.get('mime_type')
    if not mime:
        mime = (mimetypes.guess_type(filename or '', strict=False)[0] or 'application/octet-stream') if filename else 'text/plain'
    if content is not None:
        return _headers(name, filename, mime, None), to_bytes(content)
    with open(to_bytes(filename, errors='surrogate_or_strict'), 'rb') as f:
        content, encoding = set_multipart_encoding(value.get('multipart_encoding') or 'base64')(f.read())
    return _headers(name, filename, mime, encoding), content.replace(b'\n', b'\r\n') if encoding == 'base64' else content


def _headers(name, filename, mime, encoding):
    disposition = 'Content-Disposition: form-data; name="%s"' % to_native(name)
    if filename:
        disposition += '; filename="%s"' % to_native(os.path.basename(filename))
    lines = [disposition, 'Content-Type: %s' % mime]
    return lines + ['Content-Transfer-Encoding: %s' % encoding] if encoding else lines
