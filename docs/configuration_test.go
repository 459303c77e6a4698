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

A setting without effect is no error, since an ansible.cfg is often shared with other programs. One that could change what a run does is
warned about whenever it is set; the others, which mean nothing here, with ` + "`-vv`" + `. This page is made from the tables in config/ by
` + "`go test ./docs -update`" + `.
`

const ownHead = `
Sizes are in MiB: of the folder on a target in which the agent keeps modules, and of a module's output, above which its task fails.
Of more agents on a target, one for each user that tasks become, the longest unused ends first.
`

// TestConfiguration keeps configuration.md as config's table is.
func TestConfiguration(t *testing.T) {
	var obeyed, own, warned, quiet []string
	for s, effect := range config.All() {
		switch row := settingRow(s); {
		case s.Own():
			own = append(own, row+"\n")
		case effect.Obeyed():
			obeyed = append(obeyed, row+"\n")
		case effect.Changes:
			warned = append(warned, row+" "+effect.Reason+" |\n")
		default:
			quiet = append(quiet, row+" "+effect.Reason+" |\n")
		}
	}
	if len(obeyed) == 0 || len(own) == 0 || len(warned) == 0 || len(quiet) == 0 {
		t.Fatalf("%d settings obeyed, %d own, %d warned about, %d without effect: the table is not read", len(obeyed), len(own), len(warned), len(quiet))
	}
	wantPage(t, "configuration.md", configurationHead+
		settingTable(fmt.Sprintf("Obeyed (%d)", len(obeyed)), "", obeyed)+
		settingTable("goplay's own", ownHead, own)+
		settingTable(fmt.Sprintf("Without effect, and warned about (%d)", len(warned)), "", warned)+
		settingTable(fmt.Sprintf("Without effect (%d)", len(quiet)), "", quiet), whole)
}

func settingTable(title, text string, rows []string) string {
	more, line := "", ""
	if strings.HasPrefix(title, "Without") {
		more, line = " why |", "---|"
	}
	return "\n## " + title + "\n" + text + "\n| setting | ansible.cfg | environment | default |" + more + "\n|---|---|---|---|" + line + "\n" + strings.Join(rows, "")
}

func settingRow(s config.Setting) string {
	return fmt.Sprintf("| %s | %s | %s | %s |", s.Name, iniNames(s.Ini), codes(strings.Fields(s.Env)), code(strings.Trim(s.Default, "\x00")))
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
