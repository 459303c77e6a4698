package runner

import (
	"net"

	"github.com/goplay/goplay/internal/source"
)

// sshAgent gives the socket of the agent that ssh_agent names: "" is the user's own, and "none" is none, as the agent of the value auto has
// but the keys of variables, for which no agent is needed here.
func (r *run) sshAgent() (socket string, err error) {
	switch name := r.opts.Config.Str("SSH_AGENT"); name {
	case "none", "":
		return "", nil
	case "auto":
		return "none", nil
	default:
		conn, err := net.Dial("unix", name)
		if err != nil {
			return "", said("Failed to launch ssh agent: Could not communicate with ssh-agent using auth sock '%s': %s", name, source.Errno(err))
		}
		return name, conn.Close()
	}
}
