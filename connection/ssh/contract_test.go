package ssh

import (
	"net"
	"strconv"
	"testing"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
)

// newTestDialer makes a dialer that sees nothing of the user's and the machine's configuration.
func newTestDialer(t testing.TB, o Options) *Dialer {
	t.Helper()
	if o.Home == "" {
		o.Home = t.TempDir()
	}
	o.SystemConfig = "/nonexistent"
	if o.AgentSocket == "" {
		o.AgentSocket = "/nonexistent"
	}
	return New(o)
}

// targetOf reaches a server with its key, knowing its host keys.
func targetOf(t testing.TB, s *conntest.SSHD) connection.Target {
	t.Helper()
	return connection.Target{
		Host: "web1", Transport: "ssh", Address: "127.0.0.1", Port: s.Port,
		SSH: connection.SSHOptions{
			PrivateKeyFile: s.Path("key"), HostKeyChecking: true,
			CommonArgs: "-o HostKeyAlias=server -o GlobalKnownHostsFile=none -o UserKnownHostsFile=" + s.KnownHosts(t, "server"),
		},
	}
}

func TestContract(t *testing.T) {
	server := conntest.StartSSHD(t)
	target := targetOf(t, server)
	conntest.Run(t, conntest.Transport{
		Dialer: newTestDialer(t, Options{}), Target: target, Server: server.Address(),
		At: at(target), Limits: conntest.LimitsOf("ssh"),
	})
}

// at makes a target be reached at another address.
func at(target connection.Target) func(address string) connection.Target {
	return func(address string) connection.Target {
		_, port, _ := net.SplitHostPort(address)
		at := target
		at.Port, _ = strconv.Atoi(port)
		return at
	}
}
