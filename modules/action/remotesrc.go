package action

import (
	"context"
	"path/filepath"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// uri runs the uri module; a src of the controller goes along with the call.
func uri(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	const module = "ansible.legacy.uri"
	src := str(c, "src")
	if src == "" || loose(c, "remote_src", false) {
		c.Final()
		return c.Module(ctx, module, c.Args)
	}
	name, err := find(c, "files", src)
	if err != nil {
		return nil, err
	}
	t, err := fileContent(c, name, filepath.Base(name))
	if err != nil {
		return nil, err
	}
	c.Args.Set("remote_src", value.Bool(true))
	c.Final()
	return c.Module(ctx, module, c.Args, agent.Attachment{Param: "src", Name: filepath.Base(name), Size: t.size, Open: t.open})
}
