package archtest

import "strings"

// module is the project's import path.
const module = "github.com/goplay/goplay"

// row allows a package to import others. "x/..." is x and what lies below it.
type row struct {
	importer string
	imported string // several, with spaces between
	why      string
}

// table is the house: a package is listed after all that it may import. Imports within one
// row's "x/..." are allowed too, as are internal/source's errors and positions everywhere.
var table = []row{
	{"internal/source", "gopkg.in/yaml.v3", "parses YAML, keeping positions"},
	{"templating/value", "internal/source", "values carry where they were written"},
	{"internal/source/document", "templating/value gopkg.in/yaml.v3", "YAML documents become values with positions"},

	{"config", "templating/value internal/source/document", "settings have Ansible's values"},
	{"vars/vault/pbkdf2", "golang.org/x/sync/errgroup golang.org/x/sys/cpu", "keys from passwords, by all cores; knows no vaults"},
	{"vars/vault", "vars/vault/pbkdf2 golang.org/x/crypto/...", "decryption, of texts only"},

	{"templating/...", "templating/value github.com/dlclark/regexp2 golang.org/x/crypto/... golang.org/x/sys/... golang.org/x/text/... internal/source/document vars/vault", "filters compute digests, match Python's expressions, normalize text, read YAML and vaults; the lookup filetree tells a file's owner and times"},

	{"playbook", "templating/value internal/source/document gopkg.in/yaml.v3", "reads what was written; knows no hosts, variables or execution"},
	{"inventory", "config templating templating/value internal/source/document gopkg.in/yaml.v3 github.com/BurntSushi/toml github.com/dlclark/regexp2", "reads hosts and groups, in YAML, TOML and by expressions; knows no plays"},
	{"vars/factcache", "templating/value internal/source/document", "facts from one run to the next, as data"},
	{"vars", "templating templating/value vars/vault vars/factcache internal/source/document", "layers values into scopes; is handed the layers"},

	{"connection", "", "the contract of all transports: knows nothing of inventory, variables or templates"},
	{"connection/...", "connection golang.org/x/crypto/... golang.org/x/term golang.org/x/sys/... golang.org/x/sync/... go.uber.org/goleak", "a transport is handed a resolved target"},
	{"connection/kerberos", "github.com/jcmturner/...", "tickets and their messages; knows no transport"},
	{"agent", "connection connection/become connection/enter", "sessions run over any transport, and start others by the programs that become users and enter containers"},
	{"agent/pwsh", "connection connection/winrm connection/psrp connection/psrp/clixml connection/wsman", "PowerShell that stays on Windows machines, over the two transports that lead there"},
	{"modules/python", "", "the embedded Python files"},
	{"modules/powershell", "", "the embedded PowerShell files"},
	{"modules/payload", "agent modules/python templating/value internal/source/document", "a module's files and their digests, as a session takes them; reads collections' meta/runtime.yml"},
	{"modules", "agent modules/payload modules/python templating templating/value internal/source/document", "an action computes and calls modules; knows no plays, hosts or runner"},
	{"modules/pyhost", "modules modules/python templating templating/eval templating/lookup templating/value", "users' plugins on the controller: called from templates and as a task's action, with values; they import what modules on targets do"},
	{"modules/argspec", "templating/eval templating/value", "argument specs, of roles and modules: values and Python's literals only"},
	{"modules/action", "modules modules/argspec modules/payload modules/powershell agent connection templating templating/regex templating/value internal/source/document vars/vault golang.org/x/term golang.org/x/text/encoding/...", "the controller's part of modules; template writes in other encodings; wait_for_connection asks whether an error means unreachable; assemble chooses parts by a regular expression"},

	{"strategy", "golang.org/x/sync/...", "schedules steps; knows no connections, modules or variables"},
	{"runner/event", "templating/value", "what happened, as data"},
	{"runner/callback", "runner/event templating/value templating/yaml internal/source/document golang.org/x/term", "prints events and knows nothing else"},
	{"runner", "playbook inventory vars vars/vault vars/factcache config strategy templating/... modules modules/... agent agent/... connection connection/... runner/event runner/callback internal/source/document golang.org/x/sync/...", "the one place where all meet"},

	{"console", "templating/value templating/yaml golang.org/x/term", "a prompt and the forms of values; knows no hosts and no templates"},

	{"cmd/goplay", "runner runner/... console templating templating/evaluate templating/yaml config playbook inventory vars vars/vault connection connection/terminal agent modules/... templating/value github.com/urfave/cli/v2 golang.org/x/term", "flags, signals, exit codes; wiring only"},

	{"internal/lab", "golang.org/x/crypto/... golang.org/x/sync/...", "hosts for tests; knows nothing of goplay"},
	{"internal/lab/cmd/lab", "internal/lab", "the lab for hands"},
	{"internal/wsman", "connection/kerberos connection/ntlm connection/wsman connection/psrp connection/psrp/clixml internal/reference", "a Windows machine's service for tests: logins, the forms of messages and objects, no more; the clients that judge it lie beside the reference"},
	{"internal/powershell", "connection/psrp/clixml", "runs scripts for tests; knows no hosts"},
	{"internal/windows", "internal/wsman internal/powershell connection/psrp connection/psrp/clixml", "a Windows machine for tests: the service, and what runs scripts behind it"},
	{"internal/reference", "", "the judge for tests"},
	{"internal/kdc", "", "tickets for tests"},
	{"internal/parity", "internal/lab internal/reference internal/windows internal/wsman github.com/rogpeppe/go-internal/...", "runs goplay from outside, as users do"},
	{"internal/bench", "internal/lab internal/reference internal/windows internal/wsman connection/conntest vars/vault golang.org/x/sync/...", "runs goplay from outside, as users do, on vaults that it makes, and on a Windows machine of the tests behind a slow line"},
	{"internal/archtest", "", "looks at the sources only"},
	{"internal/endtoend", "internal/kdc internal/lab internal/windows internal/wsman github.com/rogpeppe/go-internal/...", "runs goplay from outside, as users do"},
	{"examples", "internal/lab internal/reference", "runs goplay from outside, as users do"},
	{"docs", "", "tests only: the pages are as the tables are"},
}

// within tells whether a package is one that a pattern names.
func within(pkg, pattern string) bool {
	if base, below := strings.CutSuffix(pattern, "/..."); below {
		return pkg == base || strings.HasPrefix(pkg, base+"/")
	}
	return pkg == pattern
}

// allowed tells whether the table lets one package import another. The row that names the
// importer most closely decides.
func allowed(importer, imported string) bool {
	r, found := closest(importer)
	if !found {
		return false
	}
	if imported == "internal/source" {
		return true
	}
	if strings.HasSuffix(r.importer, "/...") && within(imported, r.importer) {
		return true
	}
	for _, pattern := range strings.Fields(r.imported) {
		if within(imported, pattern) {
			return true
		}
	}
	return false
}

func closest(importer string) (row, bool) {
	var best row
	for _, r := range table {
		if within(importer, r.importer) && (best.importer == "" || len(r.importer) > len(best.importer) || r.importer == importer) {
			best = r
			if r.importer == importer {
				break
			}
		}
	}
	return best, best.importer != ""
}
