package action

import (
	"context"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/argspec"
	"github.com/goplay/goplay/templating/value"
)

// asyncStatus asks how a job in the background is doing, or removes its file.
func asyncStatus(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "jid", "mode"); err != nil {
		return nil, err
	}
	args := c.Args.Clone()
	report, err := argspec.Validate(asyncStatusSpec(), args)
	switch {
	case err != nil:
		return nil, err
	case len(report.Errors) > 0:
		return nil, modules.Errorf("%s", report.Errors[0])
	}
	running := value.Bool(args.Get("mode") == value.Value(value.String("status")))
	d := value.DictOf("ansible_job_id", args.Get("jid"), "started", running, "finished", value.Bool(false), "stdout", value.String(""), "stderr", value.String(""))
	args.Set("_async_dir", value.String(c.AsyncDir))
	c.Final()
	got, err := c.Module(ctx, "ansible.builtin.async_status", args)
	if err != nil {
		return nil, err
	}
	d.Update(got)
	return d, nil
}

func asyncStatusSpec() *value.Dict {
	return value.DictOf(
		"jid", value.DictOf("type", value.String("str"), "required", value.Bool(true)),
		"mode", value.DictOf("type", value.String("str"), "default", value.String("status"),
			"choices", value.NewList(value.String("status"), value.String("cleanup"))),
	)
}
