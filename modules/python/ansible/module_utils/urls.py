"""HTTP for modules: open_url, fetch_url and fetch_file, and what goes with them.

urllib is imported when a module imports this file; TLS only when an https address is opened.
"""
import email.message
import http.client
import http.cookiejar
import os
import socket
import tempfile
import urllib.error
import urllib.request
from urllib.parse import unquote, urlparse, urlunparse  # noqa: F401

from ansible.module_utils._runtime.http.forms import prepare_multipart, set_multipart_encoding  # noqa: F401
from ansible.module_utils._runtime.http.parts import ParseResultDottedDict, generic_urlparse  # noqa: F401
from ansible.module_utils._runtime.http.redirect import RedirectHandler as HTTPRedirectHandler  # noqa: F401
from ansible.module_utils._runtime.http.request import basic_auth_header, open_request, rfc2822_date_string  # noqa: F401
from ansible.module_utils._runtime.http.sockets import UnixHTTPConnection, UnixHTTPHandler, UnixHTTPSHandler  # noqa: F401
from ansible.module_utils.common.collections import Mapping, is_sequence  # noqa: F401
from ansible.module_utils.common.text.converters import to_bytes, to_native, to_text  # noqa: F401

HAS_SSL = True
HAS_GSSAPI = False
HAS_GZIP = True


class ConnectionError(Exception):
    """The connection could not be made."""


class ProxyError(ConnectionError):
    """The proxy refused."""


class SSLValidationError(ConnectionError):
    """The server's certificate is not valid."""


class NoSSLError(SSLValidationError):
    """This Python has no TLS."""


class MissingModuleError(Exception):
    """A Python library is needed and missing."""

    def __init__(self, message, import_traceback, module=None):
        super(MissingModuleError, self).__init__(message)
        self.import_traceback = import_traceback
        self.module = module


def make_context(*args, **kwargs):
    """See _runtime.http.tls.make_context."""
    from ansible.module_utils._runtime.http.tls import make_context as make
    return make(*args, **kwargs)


def get_user_agent():
    return 'ansible-httpget'


def open_url(url, data=None, headers=None, method=None, use_proxy=True, force=False, last_mod_time=None, timeout=10,
             validate_certs=True, url_username=None, url_password=None, http_agent=None, force_basic_auth=False,
             follow_redirects='urllib2', client_cert=None, client_key=None, cookies=None, use_gssapi=False,
             unix_socket=None, ca_path=None, unredirected_headers=None, decompress=True, ciphers=None, use_netrc=True):
    """Open an address; exceptions are urllib's."""
    kwargs = dict(locals())
    kwargs['method'] = method or ('POST' if data else 'GET')
    return open_request(**kwargs)


class Request:
    """Requests that share their settings; every setting can be changed in a call."""

    def __init__(self, headers=None, use_proxy=True, force=False, timeout=10, validate_certs=True, url_username=None,
                 url_password=None, http_agent=None, force_basic_auth=False, follow_redirects='urllib2',
                 client_cert=None, client_key=None, cookies=None, unix_socket=None, ca_path=None,
                 unredirected_headers=None, decompress=True, ciphers=None, use_netrc=True, context=None):
        settings = dict(locals())
        del settings['self']
        self.__dict__.update(settings)
        self.headers = headers or {}
        if not isinstance(self.headers, dict):
            raise ValueError('headers must be a dict: %r' % self.headers)
        self.cookies = cookies if isinstance(cookies, http.cookiejar.CookieJar) else http.cookiejar.CookieJar()
        self._settings = tuple(settings)

    def open(self, method, url, data=None, headers=None, **kwargs):
        """See open_url; a setting that is None is the one that this object was made with."""
        for name in self._settings:
            if kwargs.get(name) is None:
                kwargs[name] = getattr(self, name)
        kwargs['headers'] = dict(self.headers, **(headers or {}))
        return open_request(method, url, data=data, **kwargs)

    def get(self, url, **kwargs):
        return self.open('GET', url, **kwargs)

    def options(self, url, **kwargs):
        return self.open('OPTIONS', url, **kwargs)

    def head(self, url, **kwargs):
        return self.open('HEAD', url, **kwargs)

    def post(self, url, data=None, **kwargs):
        return self.open('POST', url, data=data, **kwargs)

    def put(self, url, data=None, **kwargs):
        return self.open('PUT', url, data=data, **kwargs)

    def patch(self, url, data=None, **kwargs):
        return self.open('PATCH', url, data=data, **kwargs)

    def delete(self, url, **kwargs):
        return self.open('DELETE', url, **kwargs)


def url_argument_spec():
    """The arguments of every module that opens an address."""
    return dict(
        url=dict(type='str'),
        force=dict(type='bool', default=False),
        http_agent=dict(type='str', default='ansible-httpget'),
        use_proxy=dict(type='bool', default=True),
        validate_certs=dict(type='bool', default=True),
        url_username=dict(type='str'),
        url_password=dict(type='str', no_log=True),
        force_basic_auth=dict(type='bool', default=False),
        client_cert=dict(type='path'),
        client_key=dict(type='path'),
        use_gssapi=dict(type='bool', default=False),
    )


def url_redirect_argument_spec():
    """url_argument_spec with follow_redirects."""
    return dict(
        url_argument_spec(),
        follow_redirects=dict(type='str', default='safe', choices=['all', 'no', 'none', 'safe', 'urllib2', 'yes']))


def fetch_url(module, url, data=None, headers=None, method=None, use_proxy=None, force=False, last_mod_time=None,
              timeout=10, use_gssapi=False, unix_socket=None, ca_path=None, cookies=None, unredirected_headers=None,
              decompress=True, ciphers=None, use_netrc=True):
    """(response or None, info): info always has url, status (-1 without an answer), msg and the headers in lower case."""
    params = module.params
    # Temporary files that urllib may make belong into the module's own folder.
    tempfile.tempdir = module.tmpdir
    follow = params.get('follow_redirects', 'urllib2')
    if follow in ('yes', 'no'):
        module.deprecate("Using 'yes' or 'no' for 'follow_redirects' parameter is deprecated.", version='2.22', collection_name='ansible.builtin')
    cookies = http.cookiejar.CookieJar() if cookies is None else cookies
    info = dict(url=url, status=-1)
    kwargs = dict(
        data=data, headers=headers, method=method, use_proxy=params.get('use_proxy', True) if use_proxy is None else use_proxy,
        force=force, last_mod_time=last_mod_time, timeout=timeout, validate_certs=params.get('validate_certs', True),
        url_username=params.get('url_username', ''), url_password=params.get('url_password', ''),
        http_agent=params.get('http_agent', get_user_agent()), force_basic_auth=params.get('force_basic_auth', ''),
        follow_redirects=follow, client_cert=params.get('client_cert'), client_key=params.get('client_key'), cookies=cookies,
        use_gssapi=params.get('use_gssapi', use_gssapi), unix_socket=unix_socket, ca_path=ca_path,
        unredirected_headers=unredirected_headers, decompress=decompress, ciphers=ciphers, use_netrc=use_netrc)
    response = None
    try:
        response = open_url(url, **kwargs)
        _describe_response(info, response, cookies)
    except (NoSSLError, ConnectionError, ValueError) as e:
        module.fail_json(msg=to_native(e), **info)
    except MissingModuleError as e:
        module.fail_json(msg=to_text(e))
    except urllib.error.HTTPError as e:
        response = e
        _describe_error(info, e)
    except urllib.error.URLError as e:
        info.update(msg='Request failed: %s' % to_native(e), status=int(getattr(e, 'code', -1)))
    except socket.error as e:
        info.update(msg='Connection failure: %s' % to_native(e), status=-1)
    except http.client.BadStatusLine as e:
        info.update(msg='Connection failure: connection was closed before a valid response was received: %s' % to_native(e.line), status=-1)
    except Exception as e:
        info.update(msg='An unknown error occurred: %s' % to_native(e), status=-1)
    finally:
        tempfile.tempdir = None
    return response, info


def _lower_headers(headers):
    """The headers by lower-case name; repeated ones are joined with commas."""
    result = {}
    for name, value in headers.items():
        name = name.lower()
        result[name] = ', '.join((result[name], value)) if name in result else value
    return result


def _describe_response(info, response, cookies):
    info.update(_lower_headers(response.headers))
    jar = [(cookie.name, cookie.value) for cookie in cookies]
    info.update(
        cookies_string='; '.join('%s=%s' % pair for pair in jar), cookies=dict(jar), url=response.geturl(), status=response.code,
        msg='OK (%s bytes)' % response.headers.get('Content-Length', 'unknown'))


def _describe_error(info, error):
    try:
        body = error.read()
    except (AttributeError, ValueError, OSError):
        body = ''
    else:
        error.close()
    info.update(_lower_headers(error.headers))
    info.update(msg=to_native(error), body=body, status=error.code)


def fetch_file(module, url, data=None, headers=None, method=None, use_proxy=True, force=False, last_mod_time=None,
               timeout=10, unredirected_headers=None, decompress=True, ciphers=None, ca_path=None, cookies=None):
    """The path of a temporary file with what is at url; it goes when the module ends. A failure fails the module."""
    name, extension = os.path.splitext(url.rsplit('/', 1)[-1].split('?', 1)[0])
    temp = tempfile.NamedTemporaryFile(dir=module.tmpdir, prefix=name, suffix=extension, delete=False)
    module.add_cleanup_file(temp.name)
    try:
        response, info = fetch_url(
            module, url, data, headers, method, use_proxy, force, last_mod_time, timeout, ca_path=ca_path, cookies=cookies,
            unredirected_headers=unredirected_headers, decompress=decompress, ciphers=ciphers)
        if not response or info.get('status') not in (200, None):
            module.fail_json(msg='Failure downloading %s, %s' % (url, info['msg']))
        for block in iter(lambda: response.read(65536), b''):
            temp.write(block)
        temp.close()
    except Exception as e:
        module.fail_json(msg='Failure downloading %s, %s' % (url, to_native(e)))
    return temp.name


def get_response_filename(response):
    """The name from Content-Disposition, else from the address; None if neither has one."""
    message = email.message.Message()
    message['content-disposition'] = response.headers.get('content-disposition') or ''
    filename = message.get_param('filename', None, 'content-disposition')
    if filename:
        return os.path.basename(filename if isinstance(filename, str) else filename[2])
    from urllib.parse import unquote, urlparse
    return os.path.basename(unquote(urlparse(response.geturl()).path).rstrip('/')) or None


def parse_content_type(response):
    """(type, main type, subtype, charset)"""
    main = response.headers.get_content_type() if response else 'application/octet-stream'
    if response and not response.headers.get('content-type'):
        main = 'application/octet-stream'
    charset = (response.headers.get_content_charset() if response else None) or 'utf-8'
    kind, dummy, sub = main.partition('/')
    return main, kind, sub, charset
