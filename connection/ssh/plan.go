package ssh

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/ssh/sshconfig"
)

const (
	defaultTimeout = 10 * time.Second
	// maxJumps bounds jump hosts that need jump hosts.
	maxJumps = 8
)

// plan is all that is needed to reach a host.
type plan struct {
	target   connection.Target
	settings *sshconfig.Settings
	config   string // -F, for jump hosts
	host     string // the name to connect to
	port     int
	user     string
	timeout  time.Duration
	silence  time.Duration // after which a line is given up, unless the settings say it; 0: never
	depth    int           // of jump hosts
	tokens   sshconfig.Tokens
	notes    *notes
	own      ssh.Signer // the key that the target's variables hold, or nil
}

// notes collect what ssh would print to its standard error, where lines end with CR LF.
type notes struct{ text string }

func (n *notes) add(lines ...string) {
	for _, line := range lines {
		n.text += line + "\r\n"
	}
}

// fail gives an error of all that was printed, with some last words.
func (n *notes) fail(lines ...string) error {
	return &worded{text: strings.TrimRight(n.text+strings.Join(lines, "\r\n"), "\r\n")}
}

// worded is an error with the text that ssh would have printed.
type worded struct{ text string }

func (w *worded) Error() string { return w.text }

// plan resolves a target with the user's configuration. Options come in the order in which Ansible gives them to ssh.
func (d *Dialer) plan(ctx context.Context, t connection.Target, depth int) (*plan, error) {
	if t.SSH.Executable != "" && t.SSH.Executable != "ssh" && t.SSH.Executable != "/usr/bin/ssh" {
		return nil, &beyond{"ssh_executable " + t.SSH.Executable}
	}
	var args arguments
	if err := args.add(t.SSH.SSHArgs); err != nil {
		return nil, err
	}
	args.options = append(args.options, targetOptions(t, depth)...)
	for _, more := range []string{t.SSH.CommonArgs, t.SSH.ExtraArgs} {
		if err := args.add(more); err != nil {
			return nil, err
		}
	}
	args.options = append(args.options, "NumberOfPasswordPrompts "+strconv.Itoa(max(t.SSH.PasswordAttempts, 1)))
	settings, err := sshconfig.Query{
		Host: t.Address, Options: args.options, UserFile: args.config, SystemFile: d.options.SystemConfig,
		Home: d.options.Home, LocalUser: d.options.User,
	}.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	p := &plan{target: t, settings: settings, config: args.config, depth: depth, notes: &notes{text: args.notes}}
	p.fill(d.options)
	return p, p.within(args.beyond)
}

// targetOptions are the options that Ansible makes of variables.
func targetOptions(t connection.Target, depth int) []string {
	var options []string
	if !t.SSH.HostKeyChecking && depth == 0 {
		options = append(options, "StrictHostKeyChecking no")
	}
	if t.Port != 0 {
		options = append(options, "Port "+strconv.Itoa(t.Port))
	}
	if t.SSH.PrivateKeyFile != "" {
		options = append(options, "IdentityFile "+quote(t.SSH.PrivateKeyFile))
	}
	if t.Password == "" && depth == 0 {
		options = append(options, "KbdInteractiveAuthentication no", "PasswordAuthentication no",
			"PreferredAuthentications gssapi-with-mic,gssapi-keyex,hostbased,publickey")
	}
	if t.User != "" {
		options = append(options, "User "+quote(t.User))
	}
	if t.Timeout > 0 {
		options = append(options, "ConnectTimeout "+strconv.Itoa(max(int(t.Timeout/time.Second), 1)))
	}
	return options
}

func (p *plan) fill(o Options) {
	p.host = p.settings.HostName(p.target.Address)
	p.port = p.settings.Port()
	p.silence = max(o.Silence, 0)
	if p.user = p.settings.Get("user"); p.user == "" {
		p.user = o.User
	}
	p.timeout = p.settings.Duration("connecttimeout", defaultTimeout)
	if t := p.target.Timeout; t > 0 && t < time.Second {
		p.timeout = t
	}
	p.tokens = p.settings.Tokens(p.target.Address, o.User, o.Home)
}

// path expands a file name from the configuration.
func (p *plan) path(name string) string { return sshconfig.ExpandPath(name, p.tokens) }

// paths expands the file names of a keyword that may name none. Without the keyword they are the given ones.
func (p *plan) paths(keyword string, otherwise ...string) []string {
	names := p.settings.List(keyword)
	if names == nil {
		names = otherwise
	}
	var paths []string
	for _, name := range names {
		if name != "none" && name != "" {
			paths = append(paths, p.path(name))
		}
	}
	return paths
}

// address is what ssh prints of a server.
func (p *plan) address() string { return fmt.Sprintf("%s port %d", p.host, p.port) }

// server names the server and the way to it. A jump host and what is behind it are never the same one.
func (p *plan) server() string {
	return p.address() + " by " + p.settings.Get("proxyjump") + p.settings.Get("proxycommand")
}
