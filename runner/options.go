// Package runner runs plays: blocks, loops, handlers, includes, delegation, results. Strategies decide what runs when, modules do the
// work, sinks show it.
package runner

import (
	"io"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/templating/value"
)

// Options is a run as the command line and the configuration ask for it.
type Options struct {
	Playbooks []string
	Inventory []string // -i, in order; empty: the configuration's
	Limit     string
	Tags      []string // empty: all
	SkipTags  []string
	ExtraVars []string // -e, in order, as given: "a=1", "@file", "{json}"
	Forks     int
	Check     bool
	Diff      bool
	Verbosity int

	FlushCache    bool
	ForceHandlers bool
	StartAt       string
	Step          bool

	// ListHosts, ListTasks, ListTags and SyntaxCheck print and run nothing.
	ListHosts, ListTasks, ListTags, SyntaxCheck bool

	// Connection settings of the command line; empty where not given.
	RemoteUser, Connection, PrivateKeyFile                   string
	Timeout                                                  int // seconds; 0: not given
	SSHCommonArgs, SSHExtraArgs, SFTPExtraArgs, SCPExtraArgs string
	Become                                                   bool
	BecomeMethod, BecomeUser                                 string

	// Passwords that were asked for; empty where not.
	ConnectionPassword, BecomePassword string
	// Vault has the run's secrets; nil without any.
	Vault value.Vault
	// Terminal asks the user for pause, Prompter while connections are made; nil where nobody can be asked.
	Terminal modules.Terminal
	Prompter connection.Prompter

	ModulePath []string // -M

	// Callback is the printer in place of the setting stdout_callback; "": as the setting says.
	Callback string
	// Tree is the folder of the callback tree, which it turns on; "": as the settings say.
	Tree string
	// Deprecated are options in use that go away, each with what is told about it.
	Deprecated []string
	Pattern    string // the hosts of an ad hoc task; RunAdHoc sets it

	Config *config.Config
	Stdin  io.Reader
	Stdout io.Writer // takes what --list-hosts and its like print
	// Display shows the run; NewDisplay makes it.
	Display *callback.Display
}
