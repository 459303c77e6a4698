"""uri: talk to a web service."""
import datetime
import json
import os
import re
import tempfile
from urllib.parse import urlencode, urljoin

from ansible.module_utils.basic import AnsibleModule, sanitize_keys
from ansible.module_utils.common.text.converters import to_native, to_text
from ansible.module_utils.urls import (
    fetch_url, get_response_filename, parse_content_type, prepare_multipart, url_redirect_argument_spec,
)

_JSON_TYPES = ('application/json', 'text/json')

ARGUMENTS = dict(
    url_redirect_argument_spec(),
    url=dict(type='str', required=True),
    url_username=dict(type='str', aliases=['user']),
    url_password=dict(type='str', aliases=['password'], no_log=True),
    dest=dict(type='path'),                               # write the body here; a folder gets a file in it
    body=dict(type='raw'),
    body_format=dict(type='str', default='raw', choices=['form-urlencoded', 'json', 'raw', 'form-multipart']),
    src=dict(type='path'),                                # the body is in this file
    method=dict(type='str', default='GET'),
    return_content=dict(type='bool', default=False),
    creates=dict(type='path'),
    removes=dict(type='path'),
    status_code=dict(type='list', elements='int', default=[200]),
    timeout=dict(type='int', default=30),
    headers=dict(type='dict', default={}),
    unix_socket=dict(type='path'),
    remote_src=dict(type='bool', default=False),
    ca_path=dict(type='path', default=None),
    unredirected_headers=dict(type='list', elements='str', default=[]),
    decompress=dict(type='bool', default=True),
    ciphers=dict(type='list', elements='str'),
    use_netrc=dict(type='bool', default=True),
)


def form_urlencoded(body):
    """A dictionary or a list of pairs as a form; text is taken as it is."""
    if isinstance(body, str):
        return body
    pairs = []
    for key, values in body.items() if isinstance(body, dict) else body:
        if isinstance(values, (str, int, float)) or not hasattr(values, '__iter__'):
            values = [values]
        pairs += [(to_text(key), to_text(value)) for value in values]
    return urlencode(pairs, doseq=True)


def prepare_body(module):
    """The body in its format; sets the header Content-Type unless the user did."""
    params, headers = module.params, module.params['headers']
    body, body_format = params['body'], params['body_format']
    own_type = any(name.lower() == 'content-type' for name in headers)
    if body_format == 'json':
        if not isinstance(body, str):
            body = json.dumps(body)
        content_type = 'application/json'
    elif body_format == 'form-urlencoded':
        try:
            body = form_urlencoded(body)
        except ValueError as e:
            module.fail_json(msg='failed to parse body as form_urlencoded: %s' % to_native(e), elapsed=0)
        content_type = 'application/x-www-form-urlencoded'
    elif body_format == 'form-multipart':
        try:
            content_type, body = prepare_multipart(body)
        except (TypeError, ValueError) as e:
            module.fail_json(msg='failed to parse body as form-multipart: %s' % to_native(e))
        headers['Content-Type'] = content_type
        return body
    else:
        return body
    if not own_type:
        headers['Content-Type'] = content_type
    return body


def check_files(module):
    """End the module if creates or removes say that there is nothing to do."""
    creates, removes = module.params['creates'], module.params['removes']
    if creates and os.path.exists(creates):
        module.exit_json(stdout="skipped, since '%s' exists" % creates, changed=False)
    if removes and not os.path.exists(removes):
        module.exit_json(stdout="skipped, since '%s' does not exist" % removes, changed=False)


class Call:
    """One request and its answer."""

    def __init__(self, module, body):
        self.module = module
        self.params = module.params
        self.dest = self.params['dest']
        self.body = body

    def send(self):
        """(response, info, seconds)"""
        kwargs, source = {'data': self.body}, None
        start = datetime.datetime.utcnow()
        if self.params['src']:
            source = self._open_source()
            kwargs['data'] = source
            self.params['headers']['Content-Length'] = os.stat(self.params['src']).st_size
        response, info = fetch_url(
            self.module, self.params['url'], headers=self.params['headers'], method=self._method(), timeout=self.params['timeout'],
            unix_socket=self.params['unix_socket'], ca_path=self.params['ca_path'], force=self.params['force'],
            last_mod_time=self._last_mod_time(), unredirected_headers=self.params['unredirected_headers'],
            use_proxy=self.params['use_proxy'], decompress=self.params['decompress'], ciphers=self.params['ciphers'],
            use_netrc=self.params['use_netrc'], **kwargs)
        if source:
            source.close()
        return response, info, (datetime.datetime.utcnow() - start).seconds

    def _method(self):
        return self.params['method'].upper()

    def _open_source(self):
        try:
            return open(self.params['src'], 'rb')
        except OSError:
            self.module.fail_json(msg='Unable to open source file %s' % self.params['src'], elapsed=0)

    def _last_mod_time(self):
        if self.params['force'] or not self.dest or os.path.isdir(self.dest) or not os.path.exists(self.dest):
            return None
        return datetime.datetime.utcfromtimestamp(os.path.getmtime(self.dest))

    def save(self, content):
        """Write the body to dest, which counts as a change whatever was there."""
        fd, temp = tempfile.mkstemp(dir=self.module.tmpdir)
        with os.fdopen(fd, 'wb') as f:
            f.write(content)
        self.module.add_cleanup_file(temp)
        try:
            self.module.atomic_move(temp, self.dest, self.params['unsafe_writes'])
        except Exception as e:
            raise SaveError('failed to copy %s to %s: %s' % (temp, self.dest, to_native(e)))
        return True


class SaveError(Exception):
    """The body could not be written."""


# Keys of the result that are no secrets, whatever they are equal to.
PLAIN_KEYS = frozenset((
    'changed', 'content', 'content_type', 'deprecations', 'elapsed', 'exception', 'failed', 'location', 'msg', 'path', 'rc', 'skipped', 'stderr', 'stdout',
    'warnings',
))


def read_content(response, info):
    """The whole body as bytes."""
    if response is None or info['status'] == -1:
        return b''
    if 'body' in info:
        return info.pop('body') or b''
    try:
        return response.read()
    except AttributeError:
        return b''


def result_keys(info, redirected):
    """info as result keys: names with underscores, the location as an absolute address."""
    result = {name.replace('-', '_'): value for name, value in info.items()}
    if 'location' in result:
        result['location'] = urljoin(info['url'], result['location'])
    result['redirected'] = redirected
    return result


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, mutually_exclusive=[['body', 'src']])
    params = module.params
    if not re.match('^[A-Z]+$', params['method'].upper()):
        module.fail_json(msg="Parameter 'method' needs to be a single word in uppercase, like GET or POST.")
    body = prepare_body(module)
    check_files(module)
    call = Call(module, body)
    response, info, elapsed = call.send()
    finish(module, call, response, info, elapsed)


def finish(module, call, response, info, elapsed):
    params = module.params
    status_ok = int(info['status']) in params['status_code']
    failed_body = info.get('body')
    redirected = info['url'] != params['url']
    content = read_content(response, info)
    info['redirected'], info['elapsed'] = redirected, elapsed
    changed = False
    if call.dest and os.path.isdir(call.dest):
        call.dest = os.path.join(call.dest, get_response_filename(response) or 'index.html') if response else call.dest
    if call.dest and status_ok:
        try:
            changed = call.save(content)
        except SaveError as e:
            module.fail_json(**dict(info, msg='%s %s' % (e, info['msg']), changed=False))
        params['path'] = call.dest
    result = result_keys(info, redirected)
    result['changed'] = changed
    if call.dest:
        result['path'] = call.dest
        args = module.load_file_common_arguments(params, path=call.dest)
        if os.path.exists(call.dest):
            result['changed'] = module.set_fs_attributes_if_different(args, changed)
    if status_ok and failed_body is not None and not params['return_content']:
        result['body'] = failed_body
    add_content(params, response, result, content)
    result = sanitize_keys(result, module.no_log_values, PLAIN_KEYS)
    if not status_ok:
        result['msg'] = 'Status code was %s and not %s: %s' % (result['status'], params['status_code'], result.get('msg', ''))
        module.fail_json(**result)
    module.exit_json(**result)


def add_content(params, response, result, content):
    """Add the body as text, and as data where it is JSON."""
    content_type, dummy, sub, charset = parse_content_type(response) if response is not None else ('', '', '', 'utf-8')
    text = to_text(content, encoding=charset)
    if content and (content_type in _JSON_TYPES or sub.endswith('+json')):
        try:
            result['json'] = json.loads(text)
        except ValueError:
            pass
    if params['return_content']:
        result['content'] = text


if __name__ == '__main__':
    main()
