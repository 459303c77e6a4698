package endtoend

import (
	"strings"
	"testing"
)

// TestMistakes checks that mistakes in files are told with their place, an excerpt with a caret, and the nearest right name.
func TestMistakes(t *testing.T) {
	const head = "- hosts: all\n  gather_facts: false\n"
	for _, row := range []struct {
		name, site string
		exit       int
		message    string // [ERROR]: …
		at         string // file:line:column
		line       string // the excerpt's line with the mistake
		hint       string
	}{
		{"broken yaml", head + "  tasks:\n    - debug: [}\n", 4, "YAML parsing failed: ", "site.yml:4:15", "4     - debug: [}\n                ^ column 15", ""},
		{"unclosed quote", head + "  tasks:\n    - debug: msg=\"x\n    - debug:\n", 4, "failed at splitting arguments, either an unbalanced jinja2 block or quotes: msg=\"x", "site.yml:4:7", "4     - debug: msg=\"x\n        ^ column 7", ""},
		{"tab", head + "  tasks:\n\t- debug:\n", 4, "YAML parsing failed: ", "site.yml:4:1", "", ""},
		{"play keyword", head + "  taks: []\n", 4, "'taks' is not a valid attribute for a Play", "site.yml:3:3", "3   taks: []\n    ^ column 3", "Did you mean 'tasks'?"},
		{"task keyword", head + "  tasks:\n    - debug:\n      regster: x\n", 4, "conflicting action statements: debug, regster", "site.yml:4:7", "4     - debug:\n        ^ column 7", "Did you mean 'register'?"},
		{"block keyword", head + "  tasks:\n    - block: []\n      rescu: []\n", 4, "'rescu' is not a valid attribute for a Block", "site.yml:5:7", "", "Did you mean 'rescue'?"},
		{"loop control", head + "  tasks:\n    - debug:\n      loop: [1]\n      loop_control: {lable: x}\n", 4, "'lable' is not a valid attribute for a LoopControl", "site.yml:6:22", "", "Did you mean 'label'?"},
		{"module", head + "  tasks:\n    - comand: ls\n", 4, "couldn't resolve module/action 'comand'. This often indicates a misspelling, missing collection, or incorrect module path.", "site.yml:4:7", "4     - comand: ls\n        ^ column 7", "Did you mean 'command'?"},
		{"two modules", head + "  tasks:\n    - ping:\n      debug:\n", 4, "conflicting action statements: ping, debug", "site.yml:4:7", "", ""},
		{"wrong type", head + "  tasks: 5\n", 4, "A malformed block was encountered while loading tasks", "site.yml:", "", ""},
		{"role", head + "  roles: [webb]\n", 1, "the role 'webb' was not found in ", "site.yml:3:11", "3   roles: [webb]\n            ^ column 11", ""},
		{"undefined", head + "  vars: {colour: 1}\n  tasks:\n    - debug: msg=\"{{ color }}\"\n", 2, "Task failed: Finalization of task args for 'ansible.builtin.debug' failed: Error while resolving value for 'msg': 'color' is undefined", "site.yml:5:7", "", ""},
		{"import", head + "  tasks:\n    - import_tasks: nowhere.yml\n", 1, "Unable to retrieve file contents.", "", "", ""},
		{"include", head + "  tasks:\n    - include_tasks: nowhere.yml\n", 2, "Could not find or access '", "", "", ""},
		{"copy", head + "  tasks:\n    - copy: {src: nowhere, dest: /tmp/x}\n", 2, "Could not find or access 'nowhere'", "site.yml:4:7", "4     - copy: {src: nowhere, dest: /tmp/x}\n        ^ column 7", ""},
		{"template syntax", head + "  tasks:\n    - debug: msg=\"{{ 1 + }}\"\n", 2, "Syntax error in template", "site.yml:4:", "", ""},
		{"filter", head + "  tasks:\n    - debug: msg=\"{{ 1 | intt }}\"\n", 2, "No filter named 'intt'", "site.yml:4:", "", ""},
		{"keyword value that does not matter", head + "  tasks:\n    - ping:\n      ignore_errors: \"{{ nope }}\"\n", 0, "Task failed: Error processing keyword 'ignore_errors': 'nope' is undefined", "site.yml:5:22", "5       ignore_errors: \"{{ nope }}\"\n                       ^ column 22", ""},
		{"throttle", head + "  tasks:\n    - ping:\n      throttle: many\n", 1, "Failed to convert the throttle value to an integer", "site.yml:", "", ""},
		{"run_once", head + "  tasks:\n    - ping:\n      run_once: perhaps\n", 2, "could not be converted to 'bool'", "site.yml:", "", ""},
		{"force_handlers", head + "  force_handlers: perhaps\n", 4, "Error processing keyword 'force_handlers': The value 'perhaps' could not be converted to 'bool'.", "", "", ""},
		{"register", head + "  tasks:\n    - ping:\n      register: \"{{ name }}\"\n", 4, "Invalid 'register' specified", "site.yml:5:17", "", ""},
		{"keyword value", head + "  tasks:\n    - debug:\n      ignore_errors: perhaps\n      failed_when: true\n", 0, "could not be converted to 'bool'", "site.yml:", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := newProject(t, "-- roles/web/tasks/main.yml --\n[]\n")
			p.write("site.yml", row.site)
			o := p.run("site.yml", "-i", "hosts").exits(row.exit)
			out := o.stdout + o.stderr
			if !strings.Contains(out, "[ERROR]: ") {
				t.Errorf("no error is shown\n%s", o)
			}
			for _, want := range []string{row.message, row.at, row.line, row.hint} {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing in\n%s", want, o)
				}
			}
			if row.at != "" && !strings.Contains(out, "^") {
				t.Errorf("no caret in\n%s", o)
			}
		})
	}
}
