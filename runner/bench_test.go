package runner

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// instant is an action that does nothing, so that what remains is the runner's own work.
type instant struct{}

func (instant) Run(context.Context, *modules.Call) (*value.Dict, error) { return modules.OK(), nil }

const (
	benchHosts = 100
	benchTasks = 200
)

// BenchmarkTasks runs one task many times on many hosts and reports what each host takes for it: the scope, the conditions, the
// arguments, the result and its printing.
func BenchmarkTasks(b *testing.B) {
	for _, bench := range []struct{ name, task string }{
		{"skipped", "    - command: never\n      when: wanted | default(false)\n"},
		{"plain", "    - command: hostname\n"},
		{"templated", "    - command: \"{{ program }} {{ inventory_hostname | upper }} {{ settings.a.b }}\"\n      when: settings.a.b > 3\n      register: last\n"},
		{"loop of ten", "    - command: \"{{ program }} {{ item }}\"\n      loop: \"{{ range(10) | list }}\"\n"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			text := "- hosts: all\n  gather_facts: false\n  vars: {program: date, settings: {a: {b: 5}}}\n  tasks:\n" + strings.Repeat(bench.task, benchTasks)
			b.ReportAllocs()
			for b.Loop() {
				if code := runWith(b, Options{Inventory: hostList(benchHosts), Forks: 50}, text, map[string]modules.Action{"ansible.builtin.command": instant{}}); code != 0 {
					b.Fatal(fmt.Errorf("exit code %d", code))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*benchHosts*benchTasks), "us/host-task")
		})
	}
}
