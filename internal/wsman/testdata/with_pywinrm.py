"""What pywinrm can do, against the server whose URLs and certificate are the arguments: http, https, its file, and the files of a client's certificate and key."""
import sys

import requests
from winrm import Session
from winrm.exceptions import InvalidCredentialsError, WinRMError, WinRMTransportError
from winrm.protocol import Protocol

http, https, ca, cert, key = sys.argv[1:]
WAYS = [
    dict(endpoint=http, transport="ntlm"),
    dict(endpoint=http, transport="ntlm", message_encryption="always", username="LAB\\bob", password="b"),
    dict(endpoint=https, transport="ntlm", ca_trust_path=ca),
    dict(endpoint=https, transport="ntlm", server_cert_validation="ignore", message_encryption="always"),
    dict(endpoint=https, transport="ntlm", ca_trust_path=ca, send_cbt=False),
    dict(endpoint=https, transport="basic", ca_trust_path=ca, username="LAB\\bob", password="b"),
    dict(endpoint=https, transport="certificate", ca_trust_path=ca, cert_pem=cert, cert_key_pem=key),
]


def protocol(**way):
    return Protocol(**{**dict(username="ann", password="Pässword", operation_timeout_sec=1, read_timeout_sec=20), **way})


def run(p, shell, command, *arguments):
    """A command from its start to its cleaning up."""
    started = p.run_command(shell, command, arguments)
    try:
        return p.get_command_output(shell, started)
    finally:
        p.cleanup_command(shell, started)


def equal(got, want):
    assert got == want, "%r is not %r" % (got, want)


def fails(kind, part, call, *args, **named):
    try:
        got = call(*args, **named)
    except kind as e:
        assert part in str(e), "%r is not in %r" % (part, str(e))
    else:
        raise AssertionError("no error, but %r" % (got,))


for way in WAYS:
    p = protocol(**way)
    shell = p.open_shell(working_directory="C:\\Temp", env_vars={"NAME": "välue"}, codepage=65001, noprofile=True, idle_timeout="PT60S")
    equal(run(p, shell, "echo", "one", "twö <&>"), ("one twö <&>".encode(), b"", 0))
    equal(run(p, shell, "fail", "3"), (b"", b"failed", 3))
    equal(run(p, shell, "where"), ("C:\\Temp NAME=välue 65001".encode(), b"", 0))
    out, err, code = run(p, shell, "big", "300000")
    equal((len(out), err, code), (300000, b"", 0))
    equal(run(p, shell, "sleep", "1300"), (b"rested", b"", 0))  # longer than an operation may last
    left = p.run_command(shell, "sleep", ["60000"])
    p.cleanup_command(shell, left)
    p.close_shell(shell)
    fails(WinRMError, "2150858843", p.run_command, shell, "echo")

    session = Session(way["endpoint"], auth=(way.get("username", "ann"), way.get("password", "Pässword")), transport=way["transport"],
                      **{k: v for k, v in way.items() if k not in ("endpoint", "transport", "username", "password")})
    answer = session.run_cmd("echo", ["x"])
    equal((answer.std_out, answer.std_err, answer.status_code), (b"x", b"", 0))
    equal(session.run_ps("Get-Date").std_out.decode("utf-16-le"), "Get-Date")

shells = protocol(**WAYS[0])
opened = [shells.open_shell() for _ in range(3)]
fails(WinRMError, "maximum number of 3 concurrent shells", shells.open_shell)
running = [shells.run_command(opened[0], "sleep", ["60000"]) for _ in range(2)]
fails(WinRMError, "processes per shell", shells.run_command, opened[0], "echo")
for shell in opened:
    shells.close_shell(shell)

fails(InvalidCredentialsError, "rejected by the server", protocol(endpoint=http, transport="ntlm", password="wrong").open_shell)
fails(InvalidCredentialsError, "rejected by the server", protocol(endpoint=https, transport="basic", ca_trust_path=ca, password="wrong").open_shell)
fails(WinRMTransportError, "500", protocol(endpoint=http, transport="ntlm", message_encryption="never").open_shell)
fails(requests.exceptions.SSLError, "certificate", protocol(endpoint=https, transport="ntlm").open_shell)
print("ok")
