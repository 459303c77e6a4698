package ssh

import (
	"io"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// forwardedAgent is the socket of the agent that commands may use (ForwardAgent), or "".
func (p *plan) forwardedAgent(o Options) string {
	switch value := p.settings.Get("forwardagent"); {
	case value == "" || strings.EqualFold(value, "no") || strings.EqualFold(value, "false"):
		return ""
	case strings.EqualFold(value, "yes") || strings.EqualFold(value, "true"):
		return p.agentSocket(o)
	case strings.HasPrefix(value, "$") && !strings.HasPrefix(value, "${"):
		return os.Getenv(value[1:])
	default:
		return p.path(value)
	}
}

// serveChannels refuses what the server wants to open, except the user's agent if it is forwarded.
func (l *line) serveChannels(channels <-chan ssh.NewChannel) {
	for ch := range channels {
		if ch.ChannelType() != agentChannel || l.agent == "" {
			_ = ch.Reject(ssh.UnknownChannelType, "unknown channel type")
			continue
		}
		l.serving.Go(func() { l.serveAgent(ch) })
	}
}

const (
	agentChannel = "auth-agent@openssh.com"
	agentRequest = "auth-agent-req@openssh.com"
)

// serveAgent joins a channel with the user's agent, until one of them or the line ends.
func (l *line) serveAgent(ch ssh.NewChannel) {
	socket, err := net.Dial("unix", l.agent)
	if err != nil {
		_ = ch.Reject(ssh.ConnectionFailed, "no agent")
		return
	}
	defer socket.Close()
	channel, requests, err := ch.Accept()
	if err != nil {
		return
	}
	defer channel.Close()
	l.serving.Go(func() { ssh.DiscardRequests(requests) })
	l.serving.Go(func() {
		_, _ = io.Copy(channel, socket)
		_ = channel.Close()
	})
	_, _ = io.Copy(socket, channel)
}
