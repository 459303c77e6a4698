package test

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// addGeneral adds the test of the collection community.general.
func addGeneral(table map[string]*eval.Func) {
	const name = "community.general.a_module"
	table[name] = &eval.Func{Name: "a_module", Plugin: name, Params: eval.ParseParams(""), Run: isModule}
}

func isModule(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if _, err := value.Hash(in); err != nil {
		return nil, err
	}
	name, ok := value.Text(in)
	if !ok {
		return nil, value.TypeError("unsupported type <class '%s'>", in.Type())
	}
	return value.Bool(s.Env.IsModule != nil && s.Env.IsModule(name)), nil
}
