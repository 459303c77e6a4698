package enter

import (
	"strings"
	"testing"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/connection/local"
	"github.com/goplay/goplay/internal/lab"
)

// given are options by name; what is not given has no value.
type given map[string]string

func (g given) Str(option string) string    { return g[option] }
func (g given) Variable(name string) string { return g[name] }

func (g given) Pairs(option string) []string {
	return strings.FieldsFunc(g[option], func(r rune) bool { return r == ';' })
}

func TestContract(t *testing.T) {
	for _, c := range []struct {
		kind    string
		options given
	}{
		{"docker", given{}},
		{"podman", given{"podman_executable": "podman"}},
		{"buildah", given{}},
		{"lxc", given{}},
		{"chroot", given{"chroot_exe": "chroot"}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			container := lab.StartContainer(t, c.kind)
			for _, pair := range container.Env {
				name, value, _ := strings.Cut(pair, "=")
				t.Setenv(name, value)
			}
			c.options["remote_addr"] = container.Name
			_, kind := Find("mitogen_" + c.kind)
			if err := kind.Ready(c.options); err != nil {
				t.Fatal(err)
			}
			entry, err := kind.Entry(c.options)
			if err != nil {
				t.Fatal(err)
			}
			conntest.Run(t, conntest.Transport{
				Dialer: &Dialer{Here: local.Dialer{}}, Target: connection.Target{Host: "web1", Transport: c.kind, Entry: entry},
				Limits: conntest.LimitsOf(c.kind),
			})
		})
	}
}
