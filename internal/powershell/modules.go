package powershell

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// newModule makes a module of a script, which is run for its functions.
func newModule(r *runspace, s *scope, a *given, out *[]any) error {
	b, ok := a.first("ScriptBlock").(*Script)
	if !ok {
		return fmt.Errorf("powershell: New-Module is known with a script only")
	}
	inside := s.child()
	var nowhere []any
	err := r.call(inside, b.body, &given{}, true, &nowhere)
	*out = append(*out, &Object{Type: "System.Management.Automation.PSModuleInfo", inner: inside})
	return err
}

// importModule makes the functions of modules known everywhere.
func importModule(r *runspace, _ *scope, a *given, _ *[]any) error {
	for _, v := range a.input {
		o, ok := v.(*Object)
		if !ok || o.Type != "System.Management.Automation.PSModuleInfo" {
			return fmt.Errorf("powershell: Import-Module is known with what New-Module gives only")
		}
		for name, f := range o.inner.(*scope).funcs {
			r.global.funcs[name] = f
		}
	}
	return nil
}

// toJSON writes values as one text without blanks.
func toJSON(_ *runspace, _ *scope, a *given, out *[]any) error {
	v := a.first("InputObject")
	if len(a.input) > 0 {
		v = one(a.input)
	}
	text, err := json.Marshal(jsonOf(v))
	*out = append(*out, string(text))
	return err
}

// fromJSON reads a text.
func fromJSON(_ *runspace, _ *scope, a *given, out *[]any) error {
	var v any
	if err := json.Unmarshal([]byte(Text(a.first("InputObject"))), &v); err != nil {
		return throw("System.ArgumentException", "Invalid JSON primitive: %v", err)
	}
	*out = append(*out, ofJSON(v))
	return nil
}

func ofJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		h := &Hash{}
		for k, e := range v {
			h.Set(k, ofJSON(e))
		}
		return h
	case []any:
		a := &Array{}
		for _, e := range v {
			a.Items = append(a.Items, ofJSON(e))
		}
		return a
	case float64:
		return whole(v)
	}
	return v
}

func jsonOf(v any) any {
	switch v := v.(type) {
	case *Hash:
		m := map[string]any{}
		for _, k := range v.keys {
			e, _ := v.Get(k)
			m[k] = jsonOf(e)
		}
		return m
	case *Array:
		list := []any{}
		for _, e := range v.Items {
			list = append(list, jsonOf(e))
		}
		return list
	case nil, bool, int, float64, string:
		return v
	}
	return Text(v)
}

// filesOf gives the paths of a folder's files that are like a pattern.
func (m *Machine) filesOf(dir, pattern string) any {
	a := &Array{}
	entries, _ := os.ReadDir(m.path(dir)) // a folder that is not there has none
	for _, e := range entries {
		if fits, _ := filepath.Match(strings.ToLower(pattern), strings.ToLower(e.Name())); fits && !e.IsDir() {
			a.Items = append(a.Items, dir+`\`+e.Name())
		}
	}
	return a
}
