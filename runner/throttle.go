package runner

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// checkThrottle refuses a throttle that is no number. As in the reference that ends the run: it concerns how all hosts are served.
func (p *play) checkThrottle(tp *taskPlan, h *hostState) error {
	if tp.task.Throttle == nil {
		return nil
	}
	v, err := p.run.engine.NewContext(p.scope(h, tp), tp.env).Resolve(tp.task.Throttle)
	if t, ok := tp.task.Throttle.(*value.Template); ok && t.Text == "" {
		v = value.String("")
	}
	const told = "Failed to convert the throttle value to an integer"
	pos := posOf(tp.task.Throttle, source.Pos{})
	if at := (*source.Error)(nil); errors.As(err, &at) && at.Pos != pos {
		return &source.Error{Pos: pos, Msg: told, Err: err, Exit: source.ExitGeneric}
	}
	why := ""
	if err != nil {
		why = err.Error()
	} else {
		why = noInt(v)
	}
	if why == "" {
		return nil
	}
	return &source.Error{Pos: pos, Msg: told + ": " + why, Exit: source.ExitGeneric}
}

// noInt says, as Python's int does, why a value gives no number; "" where it does.
func noInt(v value.Value) string {
	switch v := v.(type) {
	case value.Int, value.Float, value.Bool:
		return ""
	case value.String:
		if wholeNumber.MatchString(strings.TrimSpace(string(v))) {
			return ""
		}
		return "invalid literal for int() with base 10: " + value.Repr(v)
	default:
		return fmt.Sprintf("int() argument must be a string, a bytes-like object or a real number, not '%s'", value.TaggedType(v))
	}
}

var wholeNumber = regexp.MustCompile(`^[-+]?\d+(_\d+)*$`)
