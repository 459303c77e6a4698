package docs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goplay/goplay/config"
)

const configurationHead = `# Settings

Every setting of ansible-core 2.19 is read from where Ansible reads it: the command line, environment variables, ansible.cfg
(` + "`ANSIBLE_CONFIG`, `./ansible.cfg`, `~/.ansible.cfg`, `/etc/ansible/ansible.cfg`" + `: the first that is there), defaults. Values are
checked, and a wrong one is an error. A name with dots is a plugin's option.

A setting that goplay does not obey yet is no error, since an ansible.cfg is often shared with other programs; with ` + "`-v`" + ` goplay
warns of each that is set. This page is made from the table in config/ by ` + "`go test ./docs -update`" + `.
`

// TestConfiguration keeps configuration.md as config's table is.
func TestConfiguration(t *testing.T) {
	var obeyed, rest []string
	for s, honoured := range config.All() {
		if honoured {
			obeyed = append(obeyed, settingRow(s))
		} else {
			rest = append(rest, settingRow(s))
		}
	}
	if len(obeyed) == 0 || len(rest) == 0 {
		t.Fatalf("%d settings obeyed, %d not: the table is not read", len(obeyed), len(rest))
	}
	wantPage(t, "configuration.md", configurationHead+
		settingTable(fmt.Sprintf("Obeyed (%d)", len(obeyed)), obeyed)+
		settingTable(fmt.Sprintf("Read and checked, not obeyed yet (%d)", len(rest)), rest), whole)
}

func settingTable(title string, rows []string) string {
	return "\n## " + title + "\n\n| setting | ansible.cfg | environment | default |\n|---|---|---|---|\n" + strings.Join(rows, "")
}

func settingRow(s config.Setting) string {
	return fmt.Sprintf("| %s | %s | %s | %s |\n", s.Name, iniNames(s.Ini), codes(strings.Fields(s.Env)), code(strings.Trim(s.Default, "\x00")))
}

// iniNames shows "section.key" words as people write of them.
func iniNames(words string) string {
	var names []string
	for _, w := range strings.Fields(words) {
		at := strings.LastIndexByte(w, '.')
		names = append(names, "["+w[:at]+"] "+w[at+1:])
	}
	return codes(names)
}
