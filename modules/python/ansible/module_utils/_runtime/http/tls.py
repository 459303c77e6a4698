"""TLS contexts for HTTP clients."""
import ssl


def make_context(cafile=None, cadata=None, capath=None, ciphers=None, validate_certs=True, client_cert=None, client_key=None):
    """A context that checks certificates (unless told not to) and shows the client's own."""
    if ciphers is None:
        ciphers = []
    if isinstance(ciphers, (str, bytes)) or not hasattr(ciphers, '__iter__'):
        raise TypeError('Ciphers must be a list. Got %s.' % ciphers.__class__.__name__)
    context = ssl.create_default_context(cafile=cafile)
    if not validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if validate_certs and (cadata or capath):
        context.load_verify_locations(capath=capath, cadata=cadata)
    if ciphers:
        context.set_ciphers(':'.join(ciphers))
    if client_cert:
        context.load_cert_chain(client_cert, keyfile=client_key)
    return context
