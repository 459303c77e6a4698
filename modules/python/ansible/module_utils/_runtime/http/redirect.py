"""Which redirects are followed, and with which method."""
import urllib.error
import urllib.request
from urllib.parse import urlparse

_FALSE = ('no', 'none', 'false', 'n', '0')


def _policy(follow_redirects):
    """all, safe, none or urllib2."""
    text = str(follow_redirects).lower()
    if text in ('safe', 'urllib2', 'all'):
        return text
    if text in ('yes', 'true', 'y', '1'):
        return 'all'
    return 'none' if text in _FALSE else text


class RedirectHandler(urllib.request.HTTPRedirectHandler):
    """The argument follow_redirects: all, safe (GET and HEAD only), none, or as urllib does it."""

    def __init__(self, follow_redirects=None):
        self.follow_redirects = follow_redirects

    def __call__(self, *args, **kwargs):
        super(RedirectHandler, self).__init__(*args, **kwargs)
        return self

    def http_error_308(self, req, fp, code, msg, headers):
        return self.http_error_302(req, fp, 307, msg, headers)

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        policy = _policy(self.follow_redirects)
        if policy == 'urllib2':
            return super(RedirectHandler, self).redirect_request(req, fp, code, msg, headers, newurl)
        method = req.get_method()
        if policy == 'none' or (policy == 'safe' and method not in ('GET', 'HEAD')) or policy not in ('all', 'safe'):
            raise urllib.error.HTTPError(newurl if policy == 'all' else req.full_url, code, msg, headers, fp)
        return self._next(req, code, headers, newurl.replace(' ', '%20'), method)

    @staticmethod
    def _next(req, code, headers, newurl, method):
        data, kept = req.data, dict(req.headers)
        if code not in (307, 308):
            # A body is sent again only where the status says so.
            data = None
            kept = {k: v for k, v in kept.items() if k.lower() not in ('content-length', 'content-type', 'transfer-encoding')}
            if (code == 303 and method != 'HEAD') or (code in (301, 302) and method == 'POST'):
                method = 'GET'
        if urlparse(newurl).netloc != urlparse(req.full_url).netloc:
            kept = {k: v for k, v in kept.items() if k.lower() != 'authorization'}
        return urllib.request.Request(
            newurl, data=data, headers=kept, origin_req_host=req.origin_req_host, unverifiable=True, method=method)
