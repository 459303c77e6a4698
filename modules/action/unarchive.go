package action

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// unarchive unpacks an archive of the controller, which goes along with the call, or one of the target.
func unarchive(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	src, dest := str(c, "src"), str(c, "dest")
	if src == "" || dest == "" {
		return nil, modules.Errorf("src (or content) and dest are required")
	}
	if err := copyMeansLocal(c); err != nil {
		return nil, err
	}
	if creates := str(c, "creates"); creates != "" {
		stat, failed, err := remoteStat(ctx, c, creates)
		if failed != nil || err != nil {
			return failed, err
		}
		if isTrue(stat, "exists") {
			return nil, &modules.SkipError{Msg: "skipped, since " + creates + " exists"}
		}
	}
	stat, failed, err := remoteStat(ctx, c, dest)
	if failed != nil || err != nil {
		return failed, err
	}
	if !isTrue(stat, "exists") || !isTrue(stat, "isdir") {
		return nil, modules.Errorf("dest '%s' must be an existing dir", dest)
	}
	return unpack(ctx, c, src)
}

// copyMeansLocal takes copy, the older name of the opposite of remote_src.
func copyMeansLocal(c *modules.Call) error {
	if c.Args.Get("copy") == nil {
		return nil
	}
	if c.Args.Get("remote_src") != nil {
		return modules.Errorf("parameters are mutually exclusive: ('copy', 'remote_src')")
	}
	c.Args.Set("remote_src", value.Bool(!loose(c, "copy", true)))
	c.Args.Delete("copy")
	return nil
}

// unpack runs the module, with the archive where it is the controller's.
func unpack(ctx context.Context, c *modules.Call, src string) (*value.Dict, error) {
	const module = "ansible.legacy.unarchive"
	args := c.Args.Clone()
	for _, own := range []string{"creates", "decrypt"} {
		args.Delete(own)
	}
	if loose(c, "remote_src", false) {
		c.Final()
		return c.Module(ctx, module, args)
	}
	name, err := find(c, "files", src)
	if err != nil {
		return nil, errors.New(err.Error())
	}
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		return nil, errors.New(notFound(name, nil).Error())
	}
	t, err := fileContent(c, name, filepath.Base(name))
	if err != nil {
		return nil, err
	}
	c.Final()
	return c.Module(ctx, module, args, agent.Attachment{Param: "src", Name: "source", Size: t.size, Open: t.open})
}
