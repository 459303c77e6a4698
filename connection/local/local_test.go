package local

import (
	"testing"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
)

func TestContract(t *testing.T) {
	conntest.Run(t, conntest.Transport{Dialer: Dialer{}, Target: connection.Target{Host: "here", Transport: "local"}, Limits: conntest.LimitsOf("local")})
}
