"""pyspnego's acceptor: reads tokens and sealed messages in hex from standard input, a line each, and answers likewise."""
import sys

import spnego

server = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
while not server.complete:
    token = server.step(bytes.fromhex(input()))
    print((token or b"").hex(), flush=True)
print(server.client_principal, flush=True)
for line in sys.stdin:
    signature, _, sealed = line.strip().partition(" ")
    plain = server.unwrap_winrm(bytes.fromhex(signature), bytes.fromhex(sealed))
    signature, sealed, _ = server.wrap_winrm(plain.upper())
    print(signature.hex(), sealed.hex(), flush=True)
