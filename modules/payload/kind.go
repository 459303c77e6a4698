package payload

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/goplay/goplay/agent"
)

// The marks by which Ansible tells the kinds of modules apart.
var (
	newStyle = regexp.MustCompile(`(?m)^\s*((from|import)\s+(ansible\.module_utils\b|ansible_collections\.\w+\.\w+\.plugins\.module_utils\b)|` +
		`from\s+ansible_collections\.\w+\.\w+\.plugins\s+import\s+module_utils\b|from\s+ansible\s+import\s+module_utils\b|from\s+\.+\S*\s+import\b)`)
	replacer   = []byte("#<<INCLUDE_ANSIBLE_MODULE_COMMON>>")
	oldCommon  = []byte("from ansible.module_common import *")
	powershell = [][]byte{[]byte("#Requires -Module"), []byte("#AnsibleRequires"), []byte("#POWERSHELL_COMMON"), []byte("<<INCLUDE_POWERSHELL")}
	jsonArgs   = []byte("<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>")
	wantJSON   = []byte("WANT_JSON")
	common     = []byte("from ansible.module_utils.basic import *")
)

// classify tells the kind of a module from its text, and gives the text as it is to be run.
func classify(text []byte) (agent.Kind, []byte, error) {
	if isBinary(text) {
		return agent.Binary, text, nil
	}
	for _, mark := range [][]byte{replacer, oldCommon} {
		if bytes.Contains(text, mark) {
			return agent.NewStyle, bytes.ReplaceAll(text, mark, common), nil
		}
	}
	switch {
	case newStyle.Match(text):
		return agent.NewStyle, text, nil
	case slices.ContainsFunc(powershell, func(mark []byte) bool { return bytes.Contains(text, mark) }):
		return 0, nil, errPowerShell
	case bytes.Contains(text, jsonArgs):
		return agent.JSONArgs, text, nil
	case bytes.Contains(text, wantJSON):
		return agent.WantJSON, text, nil
	}
	return agent.OldStyle, text, nil
}

// isBinary looks for control characters that no text has at the beginning of a file.
func isBinary(text []byte) bool {
	for _, c := range text[:min(len(text), 1024)] {
		if c < 0x20 && (c < 7 || c > 13) && c != 0x1b {
			return true
		}
	}
	return false
}
