package winrm

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/internal/wsman"
)

// target is a way to a server.
func target(t *testing.T, address string, o connection.WinRMOptions) connection.Target {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	o.Scheme = u.Scheme
	return connection.Target{Host: "win1", Transport: "winrm", Address: u.Hostname(), Port: port, User: "ann", Password: "Pässword", WinRM: o}
}

var accounts = map[string]string{"ann": "Pässword"}

func TestContract(t *testing.T) {
	s := wsman.Start(t, wsman.Options{Users: accounts, Run: wsman.Sh})
	o := connection.WinRMOptions{Transport: "ntlm"}
	conntest.Run(t, conntest.Transport{
		Dialer: &Dialer{}, Target: target(t, s.URL, o), Server: s.Listener.Addr().String(),
		At:     func(address string) connection.Target { return target(t, "http://"+address, o) },
		Limits: conntest.LimitsOf("winrm"),
	})
	if c := s.Counts(); c.OpenShells > 1+conntest.CutPoints || c.RunningCommands > conntest.CutPoints {
		t.Errorf("%+v: more is left open than behind the networks that were cut or swallow everything", c)
	}
}
