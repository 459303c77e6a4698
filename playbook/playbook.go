// Package playbook reads playbooks, roles and task files into plays, blocks, tasks and handlers with source positions. It executes
// nothing and knows no hosts.
//
// A keyword's value is kept as it was written: a value.Value that may be or contain a *value.Template, and nil where the keyword
// was not given. Inheritance is done once, at load: every Task carries its effective Keywords.
package playbook

import (
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// Playbook is a file of plays; imported playbooks are in their places already.
type Playbook struct {
	Path  string // as given by the user
	Plays []*Play
}

// Play is one play.
type Play struct {
	Keywords
	Pos  source.Pos
	Path string // absolute path of the file it stands in; its folder is playbook_dir
	Dir  string

	Hosts Written // a pattern, a list of patterns, or a template of either

	PreTasks, Tasks, PostTasks []Node
	Handlers                   []Node
	Roles                      []*Role // of the roles: keyword, with dependencies, in order of execution

	// RoleBlocks are the blocks of Roles' tasks in order of execution: dependencies first, duplicates removed at run time.
	RoleBlocks []*Block

	// Imported are the roles of static import_role tasks: their handlers belong to the play too, and the variables of the public ones.
	Imported []*Role

	VarsFiles   []value.Value // each a name or a list of alternatives
	VarsPrompt  []VarPrompt
	GatherFacts value.Value
	GatherPos   source.Pos
	FactsArgs   FactsArgs

	Serial            []value.Value
	Strategy          value.Value
	MaxFailPercentage value.Value
	ForceHandlers     value.Value
	Order             value.Value

	// ValidateArgspec is true, for the argument spec of the play's name, or a spec's name; nil: nothing is checked.
	ValidateArgspec value.Value
	ArgspecPos      source.Pos

	// ImportWhen and ImportTags of an import_playbook are already in Keywords.
}

// FactsArgs are the play's settings for gathering facts; nil where not given.
type FactsArgs struct {
	Subset        Written
	Timeout, Path value.Value
}

// Written is a keyword's value, nil where it is not given, with its place and, where it was written as a list, those of its elements.
type Written struct {
	Value value.Value
	Pos   source.Pos
	Items []source.Pos
}

// VarPrompt is one entry of vars_prompt: a value for each of its keys, as written.
type VarPrompt struct {
	Pos    source.Pos
	Fields *value.Dict
}

// Keywords are what play, role, block and task share. In a Task they are the effective ones: nearest wins, except for Vars,
// Environment, ModuleDefaults, Tags, When and Notify, which add up (outermost first).
type Keywords struct {
	Name value.Value

	Become, BecomeUser, BecomeMethod, BecomeExe, BecomeFlags     value.Value
	Connection, Port, RemoteUser                                 value.Value
	CheckMode, Diff, NoLog, RunOnce, Throttle, Timeout, Debugger value.Value
	IgnoreErrors, IgnoreUnreachable, AnyErrorsFatal              value.Value
	DelegateTo, DelegateFacts                                    value.Value

	When           []Condition   // all must hold, outermost first
	Environment    []value.Value // each a dict, or a template of one; outermost first
	ModuleDefaults []value.Value
	Tags           []value.Value // union; each a string or a template
	Vars           []*value.Dict // outermost first: play's vars are not among them
	Notify         []value.Value
	Collections    []string
	Reserved       []document.Warning // of Vars whose names the language uses itself; those of a play were told when it was read
}

// Condition is one conditional with its place.
type Condition struct {
	Pos  source.Pos
	Expr value.Value // a Bool, String or *Template
}

// Node is a *Task or a *Block.
type Node interface{ Position() source.Pos }

// Block is a list of tasks with rescue and always. A role, an imported task file and an included one are Blocks too.
type Block struct {
	Keywords // as written on the block; the tasks' Keywords have them already
	Pos      source.Pos
	Tasks    []Node
	Rescue   []Node
	Always   []Node
	Role     *Role  // the role that the block belongs to, or nil
	RoleMain bool   // the block is the whole of Role's tasks: it is skipped when the role has run already, and its end completes the role
	Implicit bool   // not written as a block by the user
	Parent   *Block // nil at the top of a play or of an included file
}

// Position gives the block's place.
func (b *Block) Position() source.Pos { return b.Pos }

// Task is a task or a handler.
type Task struct {
	Keywords
	Pos       source.Pos // of the task's first key
	ActionPos source.Pos
	Action    string // as written: "copy", "ansible.builtin.copy"
	Unknown   bool   // no such action exists, which is found when the task runs
	// ActionFrom gives the action's name where the action keyword names it by a template; nil: Action is the name.
	ActionFrom *value.Template
	Args       *value.Dict   // never nil; free-form text of raw-parameter actions is "_raw_params"
	ArgsFrom   []value.Value // args: and the action's value where they are templates "{{ dict }}", merged under Args in this order

	// Places tells where set_fact's arguments are named and where include_vars is given its own: the places of variables' names.
	Places map[string]source.Pos

	OwnVars *value.Dict // vars of the task itself (the last of Keywords.Vars), or nil
	// IncludeVars are the vars of the include_tasks and include_role that brought the task in, outermost first. They win over what
	// set_fact and register set.
	IncludeVars []*value.Dict

	Loop     value.Value // nil: no loop
	LoopWith string      // lookup of a with_ loop: "items"; "" for loop:
	LoopPos  source.Pos
	Control  LoopControl

	Register       value.Value
	RegisterPos    source.Pos
	Projections    *value.Dict // of a register that gives several variables: expressions by name, or nil
	ChangedWhen    []Condition
	FailedWhen     []Condition
	Until          []Condition
	Retries, Delay value.Value
	Async, Poll    value.Value

	AsyncPos, PollPos source.Pos // of their values

	Args0 string // the free-form text as written, for messages

	Listen  []value.Value // of handlers
	Handler bool

	Role    *Role  // nil outside of roles
	Parent  *Block // the block it stands in, never nil in a play
	Include *Include

	place *builder  // where the task stands: what an include's tasks inherit
	apply *Keywords // of an include's apply, or nil

	applyErr error // what is wrong with apply, which counts when the include runs
}

// Position gives the task's place.
func (t *Task) Position() source.Pos { return t.Pos }

// LoopControl is loop_control; nil values where not given.
type LoopControl struct {
	LoopVar, IndexVar, Label, Pause, Extended, ExtendedAllItems value.Value

	BreakWhen []Condition
}

// Include says what a dynamic include_tasks or include_role brings in.
type Include struct {
	Role                                            bool
	File                                            value.Value // of include_tasks
	Name                                            value.Value // of include_role
	NamePos                                         source.Pos  // where the role is named
	TasksFrom, VarsFrom, DefaultsFrom, HandlersFrom value.Value
	Public, AllowDuplicates, RolespecValidate       value.Value
	Apply                                           *value.Dict // keywords for the included tasks, as written; nil: none
	ApplyPos                                        source.Pos
}

// Role is one use of a role.
type Role struct {
	Name            string // as shown: "web", "ns.coll.web"
	Collection      string // that it is of: "ns.coll"; "" if none
	Path            string // absolute folder
	Pos             source.Pos
	Params          *value.Dict // variables given with the role (role params), never nil
	Given           *value.Dict // those of its vars keyword, as the roles that it depends on see them: weaker than their own; nil: none
	Defaults        *value.Dict // never nil
	Vars            *value.Dict // never nil
	Parents         []*Role     // that depend on it, nearest first
	IncludedBy      *Role       // the role of the import_role or include_role that brings it in, or nil
	Deps            []*Role     // direct dependencies, which have run before
	Handlers        []Node
	AllowDuplicates bool
	Reserved        []document.Warning // of the vars given with it whose names the language uses itself
	Public          bool               // vars and defaults are visible to the whole play
	Key             string             // equal for uses of the same role with the same parameters
}

// ShortName is a role's name in its collection, if it is of one.
func (r *Role) ShortName() string {
	if r.Collection == "" {
		return r.Name
	}
	return strings.TrimPrefix(r.Name, r.Collection+".")
}
