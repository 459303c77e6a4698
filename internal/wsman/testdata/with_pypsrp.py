"""What pypsrp can do, against the server whose URLs and certificate are the arguments: http, https, its file, and the files of a client's certificate and key."""
import sys
from urllib.parse import urlsplit

from pypsrp.complex_objects import ObjectMeta
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.powershell import PowerShell, PSInvocationState, RunspacePool
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import WSMan

http, https, ca, cert, key = sys.argv[1:]


def connect(url, **way):
    u = urlsplit(url)
    base = dict(port=u.port, ssl=u.scheme == "https", username="ann", password="Pässword", operation_timeout=1, read_timeout=20, cert_validation=ca)
    return WSMan(u.hostname, **{**base, **way})


WAYS = [
    (http, dict(auth="ntlm")),
    (http, dict(auth="ntlm", encryption="always", username="LAB\\bob", password="b")),
    (http, dict(auth="ntlm", max_envelope_size=60000)),
    (https, dict(auth="ntlm")),
    (https, dict(auth="ntlm", encryption="always")),
    (https, dict(auth="basic", username="LAB\\bob", password="b")),
    (https, dict(auth="certificate", certificate_pem=cert, certificate_key_pem=key)),
]


def equal(got, want):
    assert got == want, "%r is not %r" % (got, want)


def fails(kind, part, call, *args):
    try:
        got = call(*args)
    except kind as e:
        assert part in str(e), "%r is not in %r" % (part, str(e))
    else:
        raise AssertionError("no error, but %r" % (got,))


def commands(wsman):
    with WinRS(wsman, environment={"NAME": "välue"}, working_directory="C:\\Temp", codepage=65001, no_profile=True) as shell:
        for line, arguments, want in [
            ("echo", ["one", "twö <&>"], ("one twö <&>".encode(), b"", 0)),
            ("fail", ["3"], (b"", b"failed", 3)),
            ("where", [], ("C:\\Temp NAME=välue 65001".encode(), b"", 0)),
            ("big", ["200000"], (b"x" * 200000, b"", 0)),
        ]:
            p = Process(shell, line, arguments)
            p.invoke()
            equal((p.stdout, p.stderr, p.rc), want)
            p.signal(SignalCode.TERMINATE)
        p = Process(shell, "cat")
        p.begin_invoke()
        p.send(b"one\n", end=False)
        p.send(b"two\n")
        p.end_invoke()
        equal((p.stdout, p.rc), (b"one\ntwo\n", 0))
        p = Process(shell, "sleep", ["60000"])
        p.begin_invoke()
        p.signal(SignalCode.CTRL_C)
        p.end_invoke()
        equal(p.rc, 130)


def pipelines(wsman):
    with RunspacePool(wsman) as pool:
        def run(text, *arguments, **named):
            ps = PowerShell(pool)
            ps.add_script(text)
            for a in arguments:
                ps.add_argument(a)
            return ps, ps.invoke(**named)

        ps, out = run("args", "ä\n_x0041_ 😀", 3, True, None, ["a", 1], {"k": "v"})
        equal(out, ["ä\n_x0041_ 😀", 3, True, None, ["a", 1], {"k": "v"}])
        equal((ps.state, ps.had_errors), (PSInvocationState.COMPLETED, False))

        ps, out = run("upper", input=["a", "b" * 300000])
        equal(out, ["A", "B" * 300000])

        pool.exchange_keys()
        ps, out = run("secret", pool.serialize("geheim ä", ObjectMeta("SS")))
        equal(out, ["geheim ä", "GEHEIM Ä"])

        ps, out = run("streams")
        equal(out, ["out"])
        equal([str(e) for e in ps.streams.error], ["bad"])
        equal([str(w) for w in ps.streams.warning], ["careful"])
        equal([str(w) for w in ps.streams.verbose], ["more"])

        ps = PowerShell(pool)
        ps.add_script("fail")
        try:
            ps.invoke()
        except Exception as e:
            assert "it failed" in str(e), e
        equal(ps.state, PSInvocationState.FAILED)
        assert ps.had_errors

        ps = PowerShell(pool)
        ps.add_cmdlet("Get-Item").add_parameter("Path", "x").add_cmdlet("Out-String")
        equal(ps.invoke(), ["Get-Item Path=x", "Out-String"])

        ps = PowerShell(pool)
        ps.add_script("sleep")
        ps.begin_invoke()
        ps.stop()
        equal(ps.state, PSInvocationState.STOPPED)


for url, way in WAYS:
    with connect(url, **way) as wsman:
        commands(wsman)
        pipelines(wsman)

with connect(http, auth="ntlm") as wsman:
    shells = [WinRS(wsman) for _ in range(3)]
    for shell in shells:
        shell.open()
    fails(WSManFaultError, "maximum number of 3 concurrent shells", WinRS(wsman).open)
    for shell in shells:
        shell.close()
fails(AuthenticationError, "", WinRS(connect(http, auth="ntlm", password="wrong")).open)
print("ok")
