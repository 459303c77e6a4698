package action

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// uri runs the uri module.
func uri(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	return withSource(ctx, c, "ansible.legacy.uri")
}

// patch runs the patch module of the collection ansible.posix.
func patch(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if str(c, "src") == "" {
		return modules.Fail("src is required"), nil
	}
	d, err := withSource(ctx, c, "ansible.posix.patch")
	if missing := (*modules.Error)(nil); errors.As(err, &missing) {
		return modules.Fail(missing.Msg), nil
	}
	return d, err
}

// withSource runs a module; a src of the controller goes along with the call.
func withSource(ctx context.Context, c *modules.Call, module string) (*value.Dict, error) {
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
