package wsman

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/goplay/goplay/connection/psrp"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/internal/reference"
)

// scripts are what the tests' pipelines can do.
func scripts(ctx context.Context, p *Pipeline) error {
	switch p.Commands[0].Text {
	case "args":
		for _, a := range p.Commands[0].Parameters {
			p.Write(psrp.PipelineOutput, a.Value)
		}
	case "upper":
		for v, ok := p.Input(); ok; v, ok = p.Input() {
			p.Write(psrp.PipelineOutput, strings.ToUpper(v.(string)))
		}
	case "streams":
		p.Write(psrp.PipelineOutput, "out")
		p.Write(psrp.ErrorRecord, ErrorRecord("bad"))
		p.Write(psrp.WarningRecord, informational("careful"))
		p.Write(psrp.VerboseRecord, informational("more"))
	case "secret":
		text, err := p.Key().Decrypt(p.Commands[0].Parameters[0].Value.(clixml.SecureString))
		if err != nil {
			return err
		}
		p.Write(psrp.PipelineOutput, text)
		p.Write(psrp.PipelineOutput, p.Key().Encrypt(strings.ToUpper(text)))
	case "fail":
		return errors.New("it failed")
	case "sleep":
		<-ctx.Done()
	default:
		for _, c := range p.Commands {
			text := c.Text
			for _, a := range c.Parameters {
				text += fmt.Sprintf(" %s=%v", a.Name, a.Value)
			}
			p.Write(psrp.PipelineOutput, text)
		}
	}
	return nil
}

func informational(text string) *clixml.Object {
	return &clixml.Object{
		Types: []string{"System.Management.Automation.InformationalRecord", "System.Object"}, Text: text,
		Extended: []clixml.Property{{Name: "InformationalRecord_Message", Value: text}, {Name: "InformationalRecord_SerializeInvocationInfo", Value: false}},
	}
}

func TestPypsrp(t *testing.T) {
	plain, secure, certificate := pair(t, Options{Quotas: Quotas{MaxShellsPerUser: 3}})
	t.Setenv("PYTHONPATH", reference.WindowsClients())
	mine, key := ClientCertificate(t, "ann")
	python(t, "pypsrp, spnego", "testdata/with_pypsrp.py", plain.URL, secure.URL, certificate, mine, key)
	for name, s := range map[string]*Server{"http": plain, "https": secure} {
		if c := s.Counts(); c.OpenShells != 0 || c.RunningCommands != 0 || c.Logins == 0 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
