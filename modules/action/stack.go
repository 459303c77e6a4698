package action

import (
	"context"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// getStack tells how the task's host is reached, as Mitogen's action of that name does. Nothing is connected to.
func getStack(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c); err != nil {
		return nil, err
	}
	return value.DictOf("changed", value.Bool(false), "result", c.Stack()), nil
}
