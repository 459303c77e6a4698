package wsman

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/goplay/goplay/connection/psrp"
	protocol "github.com/goplay/goplay/connection/wsman"
)

// shell is an open shell. The server's lock guards its commands.
type shell struct {
	id, resource, user string
	create             createBody
	options            []Named
	pool               *pool // of a PowerShell session
	commands           map[string]*Command
	operations         int // commands that were ever started: text shells give none back (MS-WSMV, note 118)
}

// running counts the commands that have neither ended nor been told to.
func (s *shell) running() int {
	n := 0
	for _, c := range s.commands {
		if !c.over() {
			n++
		}
	}
	return n
}

// act does what a message asks for and gives the answer's body.
func (x *exchange) act(ctx context.Context, r *Request) ([]byte, *Fault) {
	if r.Action == protocol.ActionCreate {
		return x.create(r)
	}
	sh := x.find(r)
	if sh == nil {
		return nil, noShell(r.shellID())
	}
	switch r.Action {
	case protocol.ActionDelete:
		return x.remove(sh)
	case protocol.ActionCommand:
		return x.command(sh, r)
	case protocol.ActionSend:
		return x.send(sh, r)
	case protocol.ActionReceive:
		return x.receive(ctx, sh, r)
	case protocol.ActionSignal:
		return x.signal(sh, r)
	}
	return nil, &Fault{Code: 2150858755, Subcode: "a:ActionNotSupported", Sender: true, Text: cannot + "The action is not supported."}
}

// find gives a request's shell, which must be of its user and kind.
func (x *exchange) find(r *Request) *shell {
	x.mu.Lock()
	defer x.mu.Unlock()
	sh := x.shells[r.shellID()]
	if sh == nil || sh.user != x.user || !strings.EqualFold(sh.resource, r.Resource) {
		return nil
	}
	return sh
}

func (x *exchange) create(r *Request) ([]byte, *Fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if fault := x.roomForShell(); fault != nil {
		return nil, fault
	}
	sh := &shell{id: r.Shell.ID, resource: r.Resource, user: x.user, create: r.Shell, options: r.Options, commands: map[string]*Command{}}
	if sh.id == "" {
		sh.id = newID()
	}
	if strings.HasPrefix(strings.ToLower(sh.resource), pools) {
		var fault *Fault
		if sh.pool, fault = newPool(sh.create.Creation); fault != nil {
			return nil, fault
		}
	}
	x.shells[sh.id] = sh
	x.counts.Shells++
	x.counts.MostShells = max(x.counts.MostShells, len(x.shells))
	return []byte(sh.created()), nil
}

func (s *shell) created() string {
	return fmt.Sprintf(`<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>%s</w:ResourceURI>`+
		`<w:SelectorSet><w:Selector Name="ShellId">%s</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>`+
		`<rsp:Shell><rsp:ShellId>%s</rsp:ShellId><rsp:ResourceUri>%s</rsp:ResourceUri><rsp:Owner>%s</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>`+
		`<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><rsp:InputStreams>%s</rsp:InputStreams><rsp:OutputStreams>%s</rsp:OutputStreams></rsp:Shell>`,
		escape(s.resource), escape(s.id), escape(s.id), escape(s.resource), escape(s.user), escape(s.create.Input), escape(s.create.Output))
}

// roomForShell tells which quota a further shell of the user would break.
func (x *exchange) roomForShell() *Fault {
	q := x.options.Quotas
	mine, users := 0, map[string]bool{x.user: true}
	for _, sh := range x.shells {
		users[sh.user] = true
		if sh.user == x.user {
			mine++
		}
	}
	switch {
	case mine >= q.MaxShellsPerUser:
		return quota(protocol.CodeMaxShells, fmt.Sprintf("This user is allowed a maximum number of %d concurrent shells, which has been exceeded. "+
			"Close existing shells or raise the quota for this user.", q.MaxShellsPerUser))
	case len(users) > q.MaxConcurrentUsers:
		return quota(protocol.CodeMaxShellUsers, fmt.Sprintf("The maximum number of %d users executing shell operations has been exceeded. "+
			"Retry after sometime or raise the quota for concurrent shell users.", q.MaxConcurrentUsers))
	}
	return nil
}

func (x *exchange) remove(sh *shell) ([]byte, *Fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.shells, sh.id)
	for _, c := range sh.commands {
		c.end()
	}
	return nil, nil
}

func (x *exchange) command(sh *shell, r *Request) ([]byte, *Fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if fault := x.roomForCommand(sh); fault != nil {
		return nil, fault
	}
	c := newCommand(x.ctx, sh, r)
	sh.operations++
	sh.commands[c.ID] = c
	run := x.options.Run
	if sh.pool != nil {
		first, err := base64.StdEncoding.DecodeString(strings.Join(r.Command.Arguments, ""))
		if err != nil {
			return nil, invalid("The pipeline is not in base64.")
		}
		c.stdin.put(first, false)
		c.output.whole = true
		run = func(ctx context.Context, c *Command) int { return sh.pool.serve(ctx, c, x.options.Pipeline) }
	}
	x.running.Go(func() { c.run(run) })
	return fmt.Appendf(nil, `<rsp:CommandResponse><rsp:CommandId>%s</rsp:CommandId></rsp:CommandResponse>`, escape(c.ID)), nil
}

// roomForCommand tells which quota a further command would break.
func (x *exchange) roomForCommand(sh *shell) *Fault {
	q := x.options.Quotas
	operations := 0
	for _, other := range x.shells {
		if other.user == x.user {
			operations += other.operations
		}
	}
	switch {
	case operations >= q.MaxConcurrentOperationsPerUser:
		return quota(protocol.CodeMaxOperations, fmt.Sprintf("This user is allowed a maximum number of %d concurrent operations, which has been exceeded. "+
			"Close existing operations for this user, or raise the quota for this user.", q.MaxConcurrentOperationsPerUser))
	case sh.pool != nil && sh.operations >= q.MaxConcurrentCommandsPerShell:
		return quota(protocol.CodeMaxCommands, "The maximum number of concurrent commands per shell has been exceeded. "+
			"Retry the request later or raise the Maximum Commands per Shell quota.")
	case sh.pool == nil && sh.running() >= q.MaxProcessesPerShell:
		return quota(protocol.CodeUserQuota, "The maximum number of concurrent processes per shell has been exceeded.")
	}
	return nil
}

// commandOf finds a command of a shell.
func (x *exchange) commandOf(sh *shell, id string) (*Command, *Fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c := sh.commands[id]; c != nil {
		return c, nil
	}
	return nil, invalid("The command identifier " + id + " is not known to the shell.")
}

func (x *exchange) send(sh *shell, r *Request) ([]byte, *Fault) {
	for _, piece := range r.Sent {
		if fault := x.deliver(sh, piece); fault != nil {
			return nil, fault
		}
	}
	return []byte(`<rsp:SendResponse/>`), nil
}

// deliver hands a piece of a stream to a command, or to the session itself.
func (x *exchange) deliver(sh *shell, piece streamOf) *Fault {
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(piece.Data))
	if err != nil {
		return invalid("The stream is not in base64.")
	}
	if piece.Command == "" && sh.pool != nil {
		return sh.pool.tell(data)
	}
	c, fault := x.commandOf(sh, piece.Command)
	if fault == nil {
		c.stdin.put(data, strings.EqualFold(piece.End, "true"))
	}
	return fault
}

func (x *exchange) signal(sh *shell, r *Request) ([]byte, *Fault) {
	c, fault := x.commandOf(sh, r.Signal.Command)
	if fault != nil {
		return nil, fault
	}
	switch strings.ToLower(r.Signal.Code) { // MS-WSMV writes Terminate, and clients do not
	case protocol.SignalTerminate:
		c.end()
		x.mu.Lock()
		delete(sh.commands, c.ID)
		x.mu.Unlock()
	case protocol.SignalCtrlC, protocol.SignalCtrlBreak, psrp.StopSignal, "powershell/signal/ctrl_c":
		c.end()
	default:
		return nil, invalid("The signal is not known.")
	}
	return []byte(`<rsp:SignalResponse/>`), nil
}

// receive waits for output, up to the time that the request gives.
func (x *exchange) receive(ctx context.Context, sh *shell, r *Request) ([]byte, *Fault) {
	from, fault := x.outputOf(sh, r.Desired.Command)
	if fault != nil {
		return nil, fault
	}
	patience, err := protocol.ParseDuration(r.Timeout)
	if err != nil {
		return nil, invalid(err.Error())
	}
	ctx, cancel := context.WithTimeout(ctx, max(patience, 500*time.Millisecond)) // Windows' least
	defer cancel()
	pieces, exit, done := from.wait(ctx, x.largest(r))
	if len(pieces) == 0 && !done {
		return nil, timedOut()
	}
	return received(r.Desired.Command, pieces, exit, done), nil
}

// outputOf finds the output of a command, or that of a session itself.
func (x *exchange) outputOf(sh *shell, command string) (*output, *Fault) {
	if command == "" && sh.pool != nil {
		return sh.pool.output, nil
	}
	c, fault := x.commandOf(sh, command)
	if fault != nil {
		return nil, fault
	}
	return c.output, nil
}

// largest is how much output fits into an answer, before it is in base64.
func (x *exchange) largest(r *Request) int {
	limit := x.options.Quotas.MaxEnvelopeSizekb << 10
	if r.Largest > 0 {
		limit = min(limit, r.Largest)
	}
	return max((limit-4096)*3/4, 1024)
}

// of names the command that a stream is of.
func of(id string) string {
	if id == "" {
		return ""
	}
	return ` CommandId="` + escape(id) + `"`
}

func received(id string, pieces []piece, exit int, done bool) []byte {
	var b strings.Builder
	b.WriteString(`<rsp:ReceiveResponse>`)
	for _, p := range pieces {
		fmt.Fprintf(&b, `<rsp:Stream Name="%s"%s>%s</rsp:Stream>`, p.name, of(id), base64.StdEncoding.EncodeToString(p.data))
	}
	if id == "" {
		return []byte(b.String() + `</rsp:ReceiveResponse>`)
	}
	if !done {
		fmt.Fprintf(&b, `<rsp:CommandState CommandId="%s" State="%s"/></rsp:ReceiveResponse>`, escape(id), protocol.StateRunning)
		return []byte(b.String())
	}
	for _, name := range []string{"stdout", "stderr"} {
		fmt.Fprintf(&b, `<rsp:Stream Name="%s" CommandId="%s" End="true"></rsp:Stream>`, name, escape(id))
	}
	fmt.Fprintf(&b, `<rsp:CommandState CommandId="%s" State="%s"><rsp:ExitCode>%d</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>`,
		escape(id), protocol.StateDone, exit)
	return []byte(b.String())
}
