package endtoend

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/lab"
)

type object = map[string]any

// Where a keyword may stand.
const (
	inPlay = 1 << iota
	inRole
	inBlock
	inTask
	inHandler
)

const (
	shared   = inPlay | inRole | inBlock | inTask | inHandler
	notPlays = shared &^ inPlay
)

// keywordRow puts a keyword into every kind of object that may have it, around one task, and looks for what it does.
type keywordRow struct {
	name   string // of the keyword
	kinds  int
	value  object // the keyword, with others that it needs
	task   object
	args   []string
	onHost bool   // the lab's h1 is needed
	hosts  string // for local ones; "": a
	want   string // shows as often as there are objects
	times  int    // or that many times for each; 0: once
	never  string // does not show
}

var keywordRows = []keywordRow{
	{name: "become", kinds: shared, value: object{"become": true}, task: object{"command": "id -un"}, onHost: true, want: `"stdout": "root"`},
	{name: "become_user", kinds: shared, value: object{"become": true, "become_user": "plain"}, task: object{"raw": "id -un"}, onHost: true, want: `"stdout": "plain\n"`},
	{name: "become_method", kinds: shared, value: object{"become": true, "become_method": "nosuch"}, task: object{"ping": nil}, want: "[ERROR]: Task failed: Invalid become method specified, could not find matching plugin: 'nosuch'"},
	{name: "become_exe", kinds: shared, value: object{"become": true, "become_exe": "/bin/nosudo"}, task: object{"ping": nil}, onHost: true, want: "/bin/nosudo: not found"},
	{name: "become_flags", kinds: shared, value: object{"become": true, "become_flags": "-n --noflag"}, task: object{"ping": nil}, onHost: true, want: "unrecognized option '--noflag'"},
	{name: "connection", kinds: shared, value: object{"connection": "nosuch"}, task: object{"ping": nil}, onHost: true, want: "[ERROR]: Task failed: the connection plugin 'nosuch' was not found"},
	{name: "port", kinds: shared, value: object{"port": 1}, task: object{"ping": nil, "ignore_unreachable": true}, onHost: true, want: "port 1: Connection refused\", \"unreachable"},
	{name: "remote_user", kinds: shared, value: object{"remote_user": "plain"}, task: object{"command": "id -un"}, onHost: true, want: `"stdout": "plain"`},
	{name: "check_mode", kinds: shared, value: object{"check_mode": true}, task: object{"command": "true"}, want: "skipping: [a]"},
	{name: "diff", kinds: shared, value: object{"diff": true}, task: object{"copy": object{"content": "new\n", "dest": "/nowhere"}, "check_mode": true}, want: "+new"},
	{name: "no_log", kinds: shared, value: object{"no_log": true}, task: object{"command": "echo seen"}, want: `"censored"`, never: "seen"},
	{name: "run_once", kinds: shared, value: object{"run_once": true}, task: object{"command": "true"}, hosts: "a b", want: "\nchanged: [a] =>", never: "changed: [b] =>"},
	{name: "throttle", kinds: shared, value: object{"throttle": 1}, task: object{"shell": "mkdir lock && sleep 0.2 && rmdir lock", "args": object{"chdir": "{{ playbook_dir }}"}}, hosts: "a b", want: "\"cmd\": \"mkdir lock", times: 2, never: "FAILED"},
	{name: "timeout", kinds: shared, value: object{"timeout": 1}, task: object{"command": "sleep 9"}, want: "[ERROR]: Task failed: Timed out after 1 second(s)."},
	{name: "debugger", kinds: shared, value: object{"debugger": "never"}, task: object{"debug": object{"msg": "seen"}}, want: "seen"},
	{name: "ignore_errors", kinds: shared, value: object{"ignore_errors": true}, task: object{"command": "false", "ignore_errors": nil}, want: "...ignoring"},
	{name: "ignore_unreachable", kinds: shared, value: object{"ignore_unreachable": true}, task: object{"ping": nil, "port": 1}, onHost: true, want: "...ignoring"},
	{name: "any_errors_fatal", kinds: inTask, value: object{"any_errors_fatal": true}, task: object{"command": "test a != {{ inventory_hostname }}", "ignore_errors": false}, hosts: "a b", want: "changed: [b]", never: "then"},
	{name: "delegate_to", kinds: notPlays, value: object{"delegate_to": "d"}, task: object{"command": "true"}, want: "changed: [a -> d"},
	{name: "delegate_facts", kinds: notPlays, value: object{"delegate_to": "d", "delegate_facts": true}, task: object{"set_fact": object{"f": "{{ (hostvars['d'].f | default(0)) + 1 }}"}}, want: `"ansible_facts": {"f": `},
	{name: "vars", kinds: shared, value: object{"vars": object{"v": "seen"}}, task: object{"debug": object{"msg": "{{ v }}"}}, want: "seen"},
	{name: "environment", kinds: shared, value: object{"environment": object{"V": "seen"}}, task: object{"shell": "echo $V"}, want: `"stdout": "seen"`},
	{name: "module_defaults", kinds: shared, value: object{"module_defaults": object{"debug": object{"msg": "seen"}}}, task: object{"debug": nil}, want: `"msg": "seen"`},
	{name: "tags", kinds: shared, value: object{"tags": "t"}, task: object{"debug": object{"msg": "seen"}}, args: []string{"--tags", "t"}, want: "seen", never: "then"},
	{name: "when", kinds: notPlays, value: object{"when": "1 == 2"}, task: object{"command": "true"}, want: "skipping: [a]"},
	{name: "collections", kinds: shared &^ inRole, value: object{"collections": []string{"own.stuff"}}, task: object{"thing": nil}, want: `"said": "seen"`},
	{name: "notify", kinds: inBlock | inTask | inHandler, value: object{"notify": "told"}, task: object{"command": "true"}, want: `"msg": "told"`},
	{name: "name", kinds: inTask | inHandler, value: object{"name": "seen {{ 1 + 1 }}"}, task: object{"debug": nil}, want: "seen 2]"},

	{name: "action", kinds: inTask | inHandler, value: object{"action": "debug msg=seen"}, task: object{}, want: "seen"},
	{name: "local_action", kinds: inTask | inHandler, value: object{"local_action": object{"module": "debug", "msg": "seen"}}, task: object{}, want: "seen"},
	{name: "args", kinds: inTask | inHandler, value: object{"args": object{"msg": "seen"}}, task: object{"debug": nil}, want: "seen"},
	{name: "register", kinds: inTask, value: object{"register": "r"}, task: object{"command": "echo seen", "failed_when": "r.stdout != 'seen'"}, want: "changed: [a]", never: "FAILED"},
	{name: "changed_when", kinds: inTask | inHandler, value: object{"changed_when": false}, task: object{"command": "true"}, want: "ok: [a] => {\"changed\": false"},
	{name: "failed_when", kinds: inTask | inHandler, value: object{"failed_when": true}, task: object{"command": "true"}, want: "fatal: [a]: FAILED!"},
	{name: "until", kinds: inTask, value: object{"until": "false", "retries": 2, "delay": 0}, task: object{"command": "true"}, want: "FAILED - RETRYING: [a]: ", times: 2},
	{name: "retries", kinds: inTask, value: object{"retries": 1, "delay": 0}, task: object{"command": "false"}, want: "RETRYING: [a]: command (1 retries left)"},
	{name: "delay", kinds: inTask, value: object{"retries": 1, "delay": 1}, task: object{"command": "false"}, want: "RETRYING: [a]: command (1 retries left)"},
	{name: "async", kinds: inTask | inHandler, value: object{"async": 5, "poll": 1}, task: object{"command": "echo seen"}, want: "ASYNC OK on a: jid=j"},
	{name: "poll", kinds: inTask | inHandler, value: object{"async": 5, "poll": 0}, task: object{"command": "echo seen"}, want: `"finished": false`},
	{name: "loop", kinds: inTask | inHandler, value: object{"loop": []int{7, 8}}, task: object{"debug": object{"msg": "seen {{ item }}"}}, want: `"msg": "seen `, times: 2},
	{name: "with_items", kinds: inTask, value: object{"with_items": []any{7, []int{8}}}, task: object{"debug": object{"msg": "seen {{ item }}"}}, want: `"msg": "seen `, times: 2},
	{name: "loop_var", kinds: inTask, value: object{"loop": []int{7}, "loop_control": object{"loop_var": "i"}}, task: object{"debug": object{"msg": "seen {{ i }}"}}, want: "seen 7"},
	{name: "index_var", kinds: inTask, value: object{"loop": []int{7}, "loop_control": object{"index_var": "n"}}, task: object{"debug": object{"msg": "seen {{ n }}"}}, want: "seen 0"},
	{name: "label", kinds: inTask, value: object{"loop": []int{7}, "loop_control": object{"label": "<{{ item + 1 }}>"}}, task: object{"debug": nil}, want: "(item=<8>)"},
	{name: "pause", kinds: inTask, value: object{"loop": []int{7, 8}, "loop_control": object{"pause": "{{ 'no number' }}"}}, task: object{"debug": nil}, want: "fatal: [a]: FAILED!"},
	{name: "extended", kinds: inTask, value: object{"loop": []int{7, 8}, "loop_control": object{"extended": true}}, task: object{"debug": object{"msg": "seen {{ ansible_loop.revindex }}"}}, want: "seen 2"},
	{name: "extended_allitems", kinds: inTask, value: object{"loop": []int{7}, "loop_control": object{"extended": true, "extended_allitems": false}}, task: object{"debug": object{"msg": "{{ ansible_loop.allitems is defined }}"}}, want: `"msg": false`},
	{name: "break_when", kinds: inTask, value: object{"loop": []int{7, 8, 9}, "loop_control": object{"break_when": "item == 8"}}, task: object{"debug": object{"msg": "seen"}}, want: `"msg": "seen"`, times: 2},
}

// TestKeywords looks for the effect of every keyword in every kind of object that may have it.
func TestKeywords(t *testing.T) {
	for _, row := range keywordRows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, "")
			p.write("hosts", row.inventory(t))
			p.write("collections/ansible_collections/own/stuff/plugins/modules/thing.py", "#!/usr/bin/python\n# WANT_JSON\nprint('{\"said\": \"seen\"}')\n")
			plays, count := row.plays(t, p)
			text, err := json.MarshalIndent(plays, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			p.write("site.yml", string(text))
			o := p.run(append([]string{"site.yml", "-i", "hosts", "-v"}, row.args...)...)
			if n := strings.Count(o.stdout, row.want); n != count*max(1, row.times) {
				t.Errorf("%q shows %d times in %d objects\n%s", row.want, n, count, o)
			}
			if row.never != "" {
				o.never(row.never)
			}
		})
	}
}

func (row *keywordRow) inventory(t *testing.T) string {
	if !row.onHost {
		text := "[all]\nd ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n[used]\n"
		for _, h := range strings.Fields(row.hosts + map[bool]string{true: "a"}[row.hosts == ""]) {
			text += h + " ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n"
		}
		return text
	}
	l := lab.Shared(t)
	h := l.Host(1)
	return fmt.Sprintf("[used]\na ansible_host=%s ansible_python_interpreter=/usr/bin/python3 ansible_ssh_private_key_file=%s "+
		"ansible_ssh_common_args='-o UserKnownHostsFile=%s -o GlobalKnownHostsFile=/dev/null -o User=deploy -o Port=%d'\n", h.Addr, l.Key(), l.KnownHosts(), h.Port)
}

// plays makes a play for each kind of object, and counts them.
func (row *keywordRow) plays(t *testing.T, p *project) (plays []object, count int) {
	t.Helper()
	task := object{"ignore_errors": true}
	maps.Copy(task, row.task)
	if task["ignore_errors"] == nil { // which would stop what the objects around it say
		delete(task, "ignore_errors")
	}
	with := func(o object) object {
		o = maps.Clone(o)
		maps.Copy(o, row.value)
		return o
	}
	then := object{"debug": object{"msg": "then"}}
	add := func(kind int, play object) {
		if row.kinds&kind == 0 {
			return
		}
		count++
		base := object{"hosts": "used", "gather_facts": false}
		maps.Copy(base, play)
		if base["handlers"] == nil {
			base["handlers"] = []object{{"name": "told", "debug": object{"msg": "told"}}}
		}
		plays = append(plays, base)
	}
	role, _ := json.Marshal([]object{task})
	p.write("roles/probe/tasks/main.yml", string(role))
	notified := with(task)
	notified["listen"] = "it"
	add(inPlay, with(object{"tasks": []object{task}}))
	add(inRole, object{"roles": []object{with(object{"role": "probe"})}})
	add(inBlock, object{"tasks": []object{with(object{"block": []object{task}})}})
	add(inTask, object{"tasks": []object{with(task), then}})
	notifier := object{"command": "true", "name": "notifier", "notify": "it", "delegate_to": "localhost", "vars": object{"ansible_connection": "local"}, "check_mode": false, "when": "true", "no_log": false}
	if tags, given := row.value["tags"]; given {
		notifier["tags"] = tags
	}
	add(inHandler, object{
		"tasks":    []object{notifier},
		"handlers": []object{notified, {"name": "told", "debug": object{"msg": "told"}}},
	})
	return plays, count
}

// TestPlayKeywords looks for the effect of the keywords that only plays have.
func TestPlayKeywords(t *testing.T) {
	const debug = `[{"debug": {"msg": "seen"}}]`
	for _, row := range []struct {
		name, play string
		exit       int
		want       []string
		never      string
	}{
		{"gather_facts", `"gather_facts": true, "tasks": [{"debug": {"msg": "seen {{ ansible_facts.system }}"}}]`, 0, []string{"TASK [Gathering Facts]", "seen Linux"}, ""},
		{"gather_subset", `"gather_facts": true, "gather_subset": ["!all", "!min"], "tasks": [{"debug": {"msg": "{{ ansible_facts.system is defined }}"}}]`, 0, []string{`"msg": false`}, ""},
		{"gather_timeout", `"gather_facts": true, "gather_timeout": "never", "tasks": []`, 4, []string{"gather_timeout"}, ""},
		{"fact_path", `"gather_facts": true, "fact_path": "{{ playbook_dir }}/facts", "tasks": [{"debug": {"msg": "{{ ansible_local.own.x }}"}}]`, 0, []string{`"msg": "seen"`}, ""},
		{"vars_files", `"vars_files": ["v.yml"], "tasks": [{"debug": {"msg": "{{ from_file }}"}}]`, 0, []string{"seen"}, ""},
		{"vars_prompt", `"vars_prompt": [{"name": "p", "default": "seen"}], "tasks": [{"debug": {"msg": "{{ p }}"}}]`, 0, []string{`"msg": "seen"`}, ""},
		{"roles", `"roles": ["probe"]`, 0, []string{"seen"}, ""},
		{"pre_tasks", `"pre_tasks": ` + debug, 0, []string{"seen"}, ""},
		{"post_tasks", `"post_tasks": ` + debug, 0, []string{"seen"}, ""},
		{"handlers", `"tasks": [{"command": "true", "notify": "h"}], "handlers": [{"name": "h", "debug": {"msg": "seen"}}]`, 0, []string{"RUNNING HANDLER [h]", "seen"}, ""},
		{"force_handlers", `"force_handlers": true, "tasks": [{"command": "true", "notify": "h"}, {"fail": null}], "handlers": [{"name": "h", "debug": {"msg": "seen"}}]`, 2, []string{"seen"}, ""},
		{"max_fail_percentage", `"max_fail_percentage": 20, "tasks": [{"fail": null, "when": "inventory_hostname == 'a'"}, {"debug": {"msg": "seen"}}]`, 2, nil, "seen"},
		{"serial", `"serial": 1, "tasks": [{"debug": {"msg": "{{ ansible_play_batch }}"}}]`, 0, []string{"[\n        \"a\"\n    ]", "[\n        \"b\"\n    ]"}, ""},
		{"strategy", `"strategy": "host_pinned", "tasks": [{"command": "sleep 0.{{ 0 if inventory_hostname == 'b' else 5 }}"}, {"debug": {"msg": "seen {{ inventory_hostname }}"}}]`, 0, []string{"seen b"}, ""},
		{"strategy unknown", `"strategy": "nosuch", "tasks": ` + debug, 1, []string{"[ERROR]: Invalid play strategy specified: nosuch", "site.yml:1:2"}, "TASK"},
		{"order", `"order": "reverse_sorted", "tasks": [{"debug": {"msg": "{{ ansible_play_hosts }}"}}]`, 0, []string{"ok: [b] => {\n    \"msg\": [\n        \"a\",\n        \"b\""}, ""},
		{"user", `"user": "nobody", "tasks": [{"debug": {"msg": "seen"}}]`, 0, []string{"seen"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, "-- v.yml --\nfrom_file: seen\n-- facts/own.fact --\n{\"x\": \"seen\"}\n-- roles/probe/tasks/main.yml --\n- debug: msg=seen\n")
			p.write("hosts", strings.ReplaceAll(here, "here", "a")+strings.ReplaceAll(here, "here", "b"))
			gather := `"gather_facts": false, `
			if strings.Contains(row.play, `"gather_facts"`) {
				gather = ""
			}
			p.write("site.yml", `[{"hosts": "all", `+gather+row.play+"}]")
			o := p.run("site.yml", "-i", "hosts").exits(row.exit)
			for _, want := range row.want {
				if !strings.Contains(o.stdout+o.stderr, want) {
					t.Errorf("%q is missing in\n%s", want, o)
				}
			}
			if row.never != "" {
				o.never(row.never)
			}
		})
	}
}

// TestRegisterProjections looks at the variables that a register with expressions gives, and at _task in conditions.
func TestRegisterProjections(t *testing.T) {
	p := newProject(t, `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - shell: echo hello
      failed_when: "'goodbye' in _task.result.stdout"
      changed_when: _task.result.rc == 5
      register:
        upper: whole.stdout | upper
        whole: _task.result
        bad: _task.result.nope.x
    - debug: msg="{{ upper }} {{ whole.rc }} {{ bad | default('none') }}"
    - shell: echo {{ item }}{{ last | default('-') }}
      loop: [1, 2]
      changed_when: _task.loop_result.results | length == 2
      register:
        last: _task.result.stdout
        lines: _task.loop_result.results | map(attribute='stdout') | join(' ')
    - debug: msg="{{ lines }}"
`)
	p.run("site.yml", "-i", "hosts").exits(0).says(`"msg": "HELLO 0 none"`, `"msg": "1- 21-"`, "ok: [here] => (item=1)", "changed: [here] => (item=2)").
		complains("Could not register 'bad'", "site.yml:10:14")
}
