package playbook

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// AdHoc is a play of one task that stands in no file.
type AdHoc struct {
	Hosts  string // a host pattern
	Module string
	Args   string // as behind a module's name in a task, or a JSON object
	// Timeout is a task's; 0: none. Async and Poll are in seconds; an Async of 0 waits for the task as for any other.
	Timeout, Async, Poll int
	Dir                  string // what stands for the playbook's folder
}

// AdHoc makes a play of one task, of any action: that it is none is found when it runs. Errors about the task show it in place of a file.
func (l *Loader) AdHoc(a AdHoc) (*Play, error) {
	place := source.InText("adhoc '"+a.Module+"' task", a.Module, 0, 0)
	play, err := l.adHoc(a, place)
	if err != nil {
		return nil, err
	}
	place = source.InText("adhoc '"+a.Module+"' task", a.text(oneTask(play.Tasks)), 0, 0)
	return l.adHoc(a, place)
}

// oneTask gives the first task of a list.
func oneTask(nodes []Node) *Task {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Task:
			return n
		case *Block:
			if t := oneTask(n.Tasks); t != nil {
				return t
			}
		}
	}
	return nil
}

// text shows the task as Ansible does.
func (a AdHoc) text(t *Task) string {
	args := value.NewDict(0)
	if t != nil {
		args = t.Args
	}
	return value.Repr(value.DictOf(
		"action", value.String(a.Module), "args", args, "timeout", value.Int(a.Timeout), "async_val", value.Int(a.Async), "poll", value.Int(a.Poll)))
}

func (l *Loader) adHoc(a AdHoc, place source.Pos) (*Play, error) {
	b := &builder{reader: reader{l: l, file: place.File}, base: a.Dir, outer: &Keywords{}, anyAction: true}
	plays, err := b.entry(a.play())
	if err != nil {
		return nil, err
	}
	if len(plays) != 1 {
		return nil, fmt.Errorf("%s makes no play", a.Module)
	}
	plays[0].Dir = a.Dir
	if t := oneTask(plays[0].Tasks); t != nil {
		t.ActionPos = source.InText("CLI option '-m'", a.Module, 0, 0)
		onCommandLine(t.Args)
	}
	return plays[0], nil
}

// onCommandLine gives templates of arguments their place, which is the command line.
func onCommandLine(v value.Value) {
	switch v := v.(type) {
	case *value.Template:
		v.Pos = source.InText("CLI option '-a'", v.Text, 0, 0)
	case *value.List:
		for _, e := range v.Elems {
			onCommandLine(e)
		}
	case *value.Dict:
		for _, e := range v.All() {
			onCommandLine(e)
		}
	}
}

// needArguments are modules that do nothing without.
var needArguments = []string{"command", "win_command", "shell", "win_shell", "raw", "script"}

// exitOptions is the exit code of options that do not fit.
const exitOptions = 5

// Check finds a module that cannot be run so.
func (a AdHoc) Check() error {
	name, msg := BaseName(a.Module), ""
	switch {
	case a.Args == "" && slices.Contains(needArguments, name):
		msg = fmt.Sprintf("No argument passed to %s module", a.Module)
		if strings.HasSuffix(a.Hosts, ".yml") {
			msg += " (did you mean to run ansible-playbook?)"
		}
	case name == "import_playbook":
		msg = fmt.Sprintf("'%s' is not a valid action for ad-hoc commands", a.Module)
	default:
		return nil
	}
	return &source.Error{Msg: msg, Exit: exitOptions}
}

// play is the play as it would be written.
func (a AdHoc) play() *yaml.Node {
	task := mapping("timeout", plain(strconv.Itoa(a.Timeout)))
	if a.Async > 0 {
		task.Content = append(task.Content, mapping("async", plain(strconv.Itoa(a.Async)), "poll", plain(strconv.Itoa(a.Poll))).Content...)
	}
	action := mapping("action", text(strings.TrimSpace(a.Module+" "+a.Args)))
	if args := jsonArgs(a.Args); args != nil {
		action = mapping(a.Module, args)
	}
	task.Content = append(action.Content, task.Content...)
	return mapping("name", text("Ansible Ad-Hoc"), "hosts", text(a.Hosts), "gather_facts", plain("false"),
		"tasks", &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{task}})
}

// jsonArgs reads arguments that are a JSON object, or gives nil.
func jsonArgs(args string) *yaml.Node {
	var object map[string]any
	if !strings.HasPrefix(strings.TrimSpace(args), "{") || json.Unmarshal([]byte(args), &object) != nil {
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(args), &doc); err != nil || len(doc.Content) != 1 {
		return nil
	}
	placeless(doc.Content[0])
	return doc.Content[0]
}

// placeless takes the lines out of nodes whose text is not shown.
func placeless(n *yaml.Node) {
	n.Line, n.Column = 0, 0
	for _, c := range n.Content {
		placeless(c)
	}
}

func text(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

func plain(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: s}
	n.Tag = n.ShortTag()
	return n
}

// mapping makes a mapping of names and nodes.
func mapping(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for i := 0; i < len(pairs); i += 2 {
		n.Content = append(n.Content, text(pairs[i].(string)), pairs[i+1].(*yaml.Node))
	}
	return n
}
