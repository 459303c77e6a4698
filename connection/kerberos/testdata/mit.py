"""The other side of a login, by MIT's library: lines of base64 come in and go out."""
import base64
import sys

import gssapi


def take():
    return base64.b64decode(sys.stdin.readline())


def give(data):
    print(base64.b64encode(data or b'').decode(), flush=True)


side, service = sys.argv[1:]
spnego = gssapi.OID.from_int_seq('1.3.6.1.5.5.2')
kerberos = gssapi.MechType.kerberos
name = gssapi.Name(service, gssapi.NameType.hostbased_service)
if side == 'accept':
    context = gssapi.SecurityContext(creds=gssapi.Credentials(usage='accept'), usage='accept')
    give(context.step(take()))
else:
    flags = gssapi.RequirementFlag.mutual_authentication | gssapi.RequirementFlag.confidentiality | gssapi.RequirementFlag.integrity
    context = gssapi.SecurityContext(name=name, mech=spnego, usage='initiate', flags=flags)
    give(context.step())
    give(context.step(take()))
for _ in range(3):
    result = context.unwrap(take())
    if not result.encrypted:
        raise SystemExit('not encrypted')
    give(context.wrap(result.message, True).message)
