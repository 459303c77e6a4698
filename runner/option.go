package runner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/templating/value"
)

// option gives the value of a plugin's option, "kind.plugin.option": what the last of its variables says that is set, else the first of
// others that is not empty (the keyword, the command line), else what the configuration says.
func (s *settings) option(name string, others ...string) string {
	if v, ok := s.optionVariable(name); ok {
		return v.String()
	}
	if other := cmp.Or(others...); other != "" {
		return other
	}
	v, _ := s.run.opts.Config.Value(name)
	if v == nil || v == value.None {
		return ""
	}
	return v.String()
}

// optionVariable finds the variable that sets an option. The host's own name is no such variable: it is what is taken where none is set.
func (s *settings) optionVariable(name string) (value.Value, bool) {
	row, ok := config.Named(name)
	if !ok {
		return nil, false
	}
	for rest := row.Vars; rest != ""; {
		at := strings.LastIndexByte(rest, ' ')
		variable := rest[at+1:]
		rest = rest[:max(at, 0)]
		if variable == "inventory_hostname" {
			continue
		}
		if v, ok := s.variable(variable); ok {
			return v, true
		}
	}
	return nil, false
}

// optionBool is option for one that is true or false.
func (s *settings) optionBool(name string) bool {
	v, ok := s.optionVariable(name)
	if !ok {
		return s.run.opts.Config.Bool(name)
	}
	b, ok := value.Boolean(v)
	if !ok {
		s.fail(fmt.Errorf("the value %s of %s is not a boolean", value.Repr(v), name[strings.LastIndexByte(name, '.')+1:]))
	}
	return b
}

// optionInt is option for a number; other is what the keyword or the command line says, 0 for nothing.
func (s *settings) optionInt(name string, other int) int {
	v, ok := s.optionVariable(name)
	if !ok {
		return cmp.Or(other, s.run.opts.Config.Int(name))
	}
	rd := reader{ctx: s.vars}
	n := rd.int(name[strings.LastIndexByte(name, '.')+1:], v, 0)
	if rd.err != nil {
		s.fail(rd.err)
	}
	return n
}

// choice is option for one that has a value of a few, or none.
func (s *settings) choice(name string) string {
	text := s.option(name)
	row, _ := config.Named(name)
	if allowed := strings.Fields(row.Choices); text != "" && !slices.Contains(allowed, text) {
		words := strings.Split(name, ".")
		s.fail(&settingError{
			fmt.Sprintf("Invalid value %s for config '%s' for '%s' %s plugin.", value.Repr(value.String(text)), words[2], words[1], words[0]),
			"Valid values are: " + strings.Join(allowed, ", "),
		})
	}
	return text
}
