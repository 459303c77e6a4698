// Package modules runs what a task names: goplay's own actions on the controller, or a module on the target.
//
// An [Action] gets a [Call] with resolved arguments and a [Remote], which reaches the host. Its result is a dict, as Ansible
// documents return values; a module that fails is a result with failed=true. An error means that goplay or the transport broke.
package modules

import (
	"context"
	"fmt"
	"io"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// Action is the controller's part of a task.
type Action interface {
	Run(ctx context.Context, c *Call) (*value.Dict, error)
}

// Func is an Action made of a function.
type Func func(ctx context.Context, c *Call) (*value.Dict, error)

// Run calls the function.
func (f Func) Run(ctx context.Context, c *Call) (*value.Dict, error) { return f(ctx, c) }

// Call is one run of an action for one host (and item).
type Call struct {
	Name    string      // full name: "ansible.builtin.copy"
	Action  string      // as written: a short name may be a user's own module
	Args    *value.Dict // resolved; the action may change it
	Written *value.Dict // the arguments as written, for actions that evaluate expressions themselves (debug's var, assert's that)
	Vars    *templating.Context
	Places  map[string]source.Pos // where arguments stand that name variables; those of set_fact and include_vars only
	Host    string
	Remote

	// Title is the task's name, or "".
	Title string
	// Address and User are where the host is reached, as whom; Become is the user that the task becomes, "" for none.
	Address, User, Become string

	// Dirs are folders in which relative src paths are looked up, most specific first: the role's, the including file's, the playbook's.
	Dirs []string
	// PlaybookDir is the folder of the playbook.
	PlaybookDir string

	// Windows says that the host is a Windows machine, where PowerShell runs modules.
	Windows bool
	// Transport is the kind of the connection to the host, such as ssh or local.
	Transport string

	// Delegate is the host that does the work, where it is another one than Host.
	Delegate string
	// Reach tells how hosts are reached, for programs that reach them by themselves.
	Reach func() (Reach, error)
	// Here makes this machine the remote, as the user who runs goplay.
	Here func() error

	// AsyncDir is the folder on the target for the files of jobs in the background, with a leading "~" as it was written.
	AsyncDir string

	Environment        map[string]string
	Check, Diff, NoLog bool
	Verbosity          int
	// MaxDiff is the size in bytes above which files are not shown in diffs; 0: none.
	MaxDiff int

	// FactsModules names the modules that gather facts; "smart" is what suits the host.
	FactsModules func() ([]string, error)
	// Defaults gives the arguments that module_defaults have for a module, none where there are none.
	Defaults func(module string) (*value.Dict, error)
	// Vault decrypts vaulted files that are copied; nil without secrets.
	Vault value.Vault
	// Term asks the user, for pause; nil where nobody can be asked.
	Term Terminal
	// Warn adds a warning to the task's result.
	Warn func(string)
	// Report shows the user a warning about a place in a file at once.
	Report func(document.Warning)
	// Sets is told the name of each variable that the action sets for the host, and where it is named.
	Sets func(name string, pos source.Pos)
	// Say shows the user a line at once.
	Say func(string)
}

// Reach tells how a host is reached.
type Reach struct {
	// Host is the address of the task's host, whoever does the work.
	Host string
	// Port, PrivateKeyFile and SSHArgs are those of the line to the host that does the work; SSHArgs are all of its options for ssh.
	Port           int
	PrivateKeyFile string
	SSHArgs        string
	// Password is what the user logs in with.
	Password string
	// Become is the user that the task becomes, who may be the one that logs in, and BecomeMethod is how; "" where it does not.
	Become, BecomeMethod string
}

// Remote reaches the task's host as the task's user.
type Remote interface {
	// Module runs a module of any kind with arguments and gives its result: a result with failed=true where its output was no JSON.
	Module(ctx context.Context, name string, args *value.Dict, files ...agent.Attachment) (*value.Dict, error)
	// Series runs module calls one after the other and gives each result to take, until next gives none or either an error. A call may be sent
	// before those before it are answered; it does not begin where one of them failed and take gives an error for that.
	Series(ctx context.Context, next func() (*Request, error), take func(*value.Dict) error) error
	// Final tells that the next module call is the action's last one: what follows the task's item may be sent before it is answered.
	Final()
	// Raw runs a command line with the login shell, through become but without Python on the target.
	Raw(ctx context.Context, command string, stdin io.Reader, executable string) (RawResult, error)
	// Put streams a file to the target; mode applies to a new file.
	Put(ctx context.Context, dst string, mode uint32, size int64, r io.Reader) error
	// Fetch streams a file from the target.
	Fetch(ctx context.Context, path string) (io.ReadCloser, error)
	// Reset closes the line to the host.
	Reset(ctx context.Context) error
	// Stack tells how the host is reached: a list of dicts with "method" and "kwargs", the first step first.
	Stack() *value.List
}

// Request is a call of a module.
type Request struct {
	Name  string
	Args  *value.Dict
	Files []agent.Attachment
}

// RawResult is how a raw command ended.
type RawResult struct {
	Stdout, Stderr []byte
	Exit           int
}

// Terminal asks the user.
type Terminal interface {
	// Pause shows a prompt and reads a line, without echo if hidden. It gives what was read when ctx ends.
	Pause(ctx context.Context, prompt string, echo bool) (string, error)
	// Interactive tells whether somebody can answer.
	Interactive() bool
}

// Error is a reason why an action could not do its work. It becomes a failed result with exactly this message.
type Error struct {
	Msg  string
	Pos  source.Pos // of what is wrong, where it is not the task
	Hint string
	Link bool // it is told as the cause of the task's failure, apart from it
	// Whole says that the result's message begins with "Task failed", as it does where an action breaks rather than refuses.
	Whole bool
	// Result is what the failed result has beside its message, or nil.
	Result *value.Dict
}

func (e *Error) Error() string { return e.Msg }

// SkipError says that a task is skipped by its action.
type SkipError struct{ Msg string }

func (e *SkipError) Error() string { return e.Msg }

// Errorf makes an Error.
func Errorf(format string, args ...any) *Error { return &Error{Msg: fmt.Sprintf(format, args...)} }

// Fail makes a failed result.
func Fail(msg string) *value.Dict {
	return value.DictOf("failed", value.Bool(true), "msg", value.String(msg))
}

// OK makes a result that changed nothing.
func OK() *value.Dict { return value.DictOf("changed", value.Bool(false)) }
