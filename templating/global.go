package templating

import (
	"time"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// globals gives the functions that templates can call without a filter's bar.
func globals() map[string]value.Value {
	g := eval.Globals()
	for _, f := range []*eval.Func{
		{Name: "lookup", Params: eval.ParseParams("*args, **kwargs"), Undef: true, Run: lookupFunc},
		{Name: "query", Params: eval.ParseParams("*args, **kwargs"), Undef: true, Run: queryFunc},
		{Name: "q", Params: eval.ParseParams("*args, **kwargs"), Undef: true, Run: queryFunc},
		{Name: "undef", Params: eval.ParseParams("hint=None"), Run: undefFunc},
		{Name: "now", Params: eval.ParseParams("utc=False, fmt=None"), Run: nowFunc},
	} {
		g[f.Name] = f
	}
	return g
}

func undefFunc(_ *eval.State, _ value.Value, a []value.Value) (value.Value, error) {
	msg := "Mandatory variable has not been overridden"
	if t, ok := value.Text(a[0]); ok && t != "" {
		msg = t
	}
	return &value.Undefined{Msg: msg}, nil
}

func nowFunc(_ *eval.State, _ value.Value, a []value.Value) (value.Value, error) {
	t := time.Now().Truncate(time.Microsecond)
	if a[0].Truth() {
		t = t.UTC()
	}
	if layout, ok := value.Text(a[1]); ok && layout != "" {
		return value.String(value.Strftime(t, layout)), nil
	}
	return value.WallClock(t), nil
}
