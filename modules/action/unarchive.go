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
	if d, err := unpackAtOnce(ctx, c, src); d != nil || err != nil {
		return d, err
	}
	if creates := str(c, "creates"); creates != "" {
		stat, failed, err := remoteStat(ctx, c, creates)
		if failed != nil || err != nil {
			return failed, err
		}
		if isTrue(stat, "exists") {
			return nil, skipCreates(creates)
		}
	}
	stat, failed, err := remoteStat(ctx, c, dest)
	if failed != nil || err != nil {
		return failed, err
	}
	if !isTrue(stat, "exists") || !isTrue(stat, "isdir") {
		return nil, noSuchFolder(dest)
	}
	return unpack(ctx, c, src)
}

func skipCreates(name string) error {
	return &modules.SkipError{Msg: "skipped, since " + name + " exists"}
}

func noSuchFolder(dest string) error {
	return modules.Errorf("dest '%s' must be an existing dir", dest)
}

// unpackAtOnce has the target look whether the archive is to be unpacked, and do so. It gives nothing where that is not possible: a large
// archive has to be asked for, and what is wrong here or there is told one thing after the other.
func unpackAtOnce(ctx context.Context, c *modules.Call, src string) (*value.Dict, error) {
	args, files := unpackArgs(c), []agent.Attachment(nil)
	if !loose(c, "remote_src", false) {
		name, err := find(c, "files", src)
		if err != nil {
			return nil, nil
		}
		t, err := fileContent(c, name, filepath.Base(name))
		if err != nil || t.size > rideAlong {
			return nil, nil
		}
		files = append(files, archived(t))
	}
	args.Set("_goplay_unarchive", value.DictOf("creates", value.String(str(c, "creates"))))
	d, err := c.Module(ctx, "ansible.builtin.goplay_unarchive", args, files...)
	switch {
	case err != nil:
		return nil, err
	case text(d, "_goplay_not") == "creates":
		return nil, skipCreates(str(c, "creates"))
	case text(d, "_goplay_not") == "dest":
		return nil, noSuchFolder(str(c, "dest"))
	case text(d, "_goplay_not") != "":
		return nil, nil
	}
	return d, nil
}

// unpackArgs are the module's arguments.
func unpackArgs(c *modules.Call) *value.Dict {
	args := c.Args.Clone()
	for _, own := range []string{"creates", "decrypt"} {
		args.Delete(own)
	}
	return args
}

// archived is an archive that goes along.
func archived(t *content) agent.Attachment {
	return agent.Attachment{Param: "src", Name: "source", Size: t.size, Open: t.open}
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
	args := unpackArgs(c)
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
	return c.Module(ctx, module, args, archived(t))
}
