"""One HTTP request with all that its arguments ask for."""
import base64
import email.utils
import netrc
import os
import time
import urllib.request
from urllib.parse import unquote, urlparse, urlunparse

from ansible.module_utils._runtime.http.redirect import RedirectHandler
from ansible.module_utils.common.text.converters import to_bytes, to_text


def basic_auth_header(username, password):
    """The value of an Authorization header, as bytes."""
    pair = to_bytes('%s:%s' % (username or '', password or ''), errors='surrogate_or_strict')
    return b'Basic ' + base64.b64encode(pair)


def rfc2822_date_string(timetuple, zone='-0000'):
    """A time as HTTP headers have it: Fri, 09 Nov 2001 01:08:47 -0000."""
    text = email.utils.formatdate(time.mktime(timetuple) - time.timezone, usegmt=False)
    return text.rsplit(' ', 1)[0] + ' ' + zone


class Authentication:
    """Credentials from the arguments, the address or ~/.netrc, in this order."""

    def __init__(self, url, username, password, force_basic_auth, use_netrc):
        self.headers, self.handlers = {}, []
        self.url = url
        parts = urlparse(url)
        if parts.scheme == 'ftp':
            return
        if not username and '@' in parts.netloc:
            username, password, self.url = _from_address(parts)
        if username and not force_basic_auth:
            self._negotiate(self.url, username, password)
        elif username and force_basic_auth:
            self.headers['Authorization'] = basic_auth_header(username, password)
        elif use_netrc:
            self._from_netrc(parts.hostname)

    def _negotiate(self, url, username, password):
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, username, password)
        parts = urlparse(url)
        passwords.add_password(None, urlunparse((parts.scheme, parts.netloc, '/', '', '', '')), username, password)
        self.handlers = [
            urllib.request.HTTPBasicAuthHandler(passwords), urllib.request.HTTPDigestAuthHandler(passwords)]

    def _from_netrc(self, host):
        try:
            login = netrc.netrc(os.environ.get('NETRC')).authenticators(host)
        except (IOError, netrc.NetrcParseError):
            return
        if login and login[0] and login[2]:
            self.headers['Authorization'] = basic_auth_header(login[0], login[2])


def _from_address(parts):
    credentials, netloc = parts.netloc.rsplit('@', 1)
    username, dummy, password = credentials.partition(':')
    return unquote(username), unquote(password), urlunparse(parts._replace(netloc=netloc))


class _Unredirected:
    """Which headers are not sent to where a redirect leads: names, or Python's own choice."""

    def __init__(self, names):
        self.names = [name.lower() for name in names or ()]

    def add(self, request, name, value):
        if name.lower() in self.names:
            request.add_unredirected_header(name, value)
        else:
            request.add_header(name, value)


def open_request(method, url, data=None, headers=None, use_proxy=True, force=False, last_mod_time=None, timeout=10,
                 validate_certs=True, url_username=None, url_password=None, http_agent=None, force_basic_auth=False,
                 follow_redirects='urllib2', client_cert=None, client_key=None, cookies=None, use_gssapi=False,
                 unix_socket=None, ca_path=None, unredirected_headers=None, decompress=True, ciphers=None,
                 use_netrc=True, context=None):
    """The response, like urllib.request.urlopen's; HTTPError for a status that is none of success."""
    if use_gssapi:
        from ansible.module_utils.urls import MissingModuleError
        raise MissingModuleError('use_gssapi needs the gssapi library, which goplay does not drive', import_traceback=None, module='gssapi')
    if headers is None:
        headers = {}
    elif not isinstance(headers, dict):
        raise ValueError('headers must be a dict')
    authentication = Authentication(url, url_username, url_password, force_basic_auth, use_netrc)
    handlers = list(authentication.handlers)
    if urlparse(url).scheme == 'https' or context is not None:
        handlers.append(_https_handler(context, ca_path, ciphers, validate_certs, client_cert, client_key, unix_socket))
    if unix_socket:
        from ansible.module_utils._runtime.http.sockets import UnixHTTPHandler
        handlers.append(UnixHTTPHandler(unix_socket))
    if not use_proxy:
        handlers.append(urllib.request.ProxyHandler({}))
    handlers.append(RedirectHandler(follow_redirects))
    if cookies is not None:
        handlers.append(urllib.request.HTTPCookieProcessor(cookies))
    request = urllib.request.Request(authentication.url, to_bytes(data, nonstring='passthru'), method=(method or ('POST' if data else 'GET')).upper())
    unredirected = _Unredirected(unredirected_headers)
    for name, value in _all_headers(http_agent, force, last_mod_time, headers, authentication).items():
        unredirected.add(request, name, value)
    # Its own opener, never the process's: modules may open several addresses with different settings.
    response = urllib.request.build_opener(*handlers).open(request, None, timeout)
    return _decompressed(response) if decompress else response


def _https_handler(context, ca_path, ciphers, validate_certs, client_cert, client_key, unix_socket):
    from ansible.module_utils._runtime.http.tls import make_context
    if context is None:
        cafile = ca_path if ca_path and os.path.isfile(ca_path) else None
        context = make_context(
            cafile=cafile, capath=ca_path if ca_path and not cafile else None, ciphers=ciphers,
            validate_certs=validate_certs, client_cert=client_cert, client_key=client_key)
    if unix_socket:
        from ansible.module_utils._runtime.http.sockets import UnixHTTPSHandler
        return UnixHTTPSHandler(unix_socket, context=context)
    return urllib.request.HTTPSHandler(context=context)


def _all_headers(http_agent, force, last_mod_time, headers, authentication):
    result = {}
    if http_agent:
        result['User-agent'] = http_agent
    if force:
        result['cache-control'] = 'no-cache'
    elif last_mod_time:
        result['If-Modified-Since'] = rfc2822_date_string(last_mod_time.timetuple(), 'GMT')
    result.update(authentication.headers)
    for name, value in headers.items():
        result[name] = value
    return result


def _decompressed(response):
    """The response, its body unpacked while it is read."""
    if to_text(response.headers.get('content-encoding') or '').lower() != 'gzip':
        return response
    import gzip
    response.fp = gzip.GzipFile(fileobj=response.fp, mode='rb')
    # The length in the headers is that of the packed body.
    response.length = None
    return response
