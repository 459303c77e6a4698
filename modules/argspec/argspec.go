// Package argspec checks arguments against an argument spec, as roles (meta/argument_specs.yml) and the module
// validate_argument_spec have it.
//
// A spec is a dict: an option's name and how it must be. An option has a type (str, int, float, bool, list, dict, path, raw, jsonarg,
// json, bytes, bits), for lists the type of their elements, choices, a default, aliases, and may be required. An option of dicts has
// options of its own to any depth, and with them rules on which of these go together: mutually_exclusive, required_together,
// required_one_of, required_if, required_by.
//
// [Validate] gives every way in which the arguments are not as the spec says, in the words and the order of ansible-core. What it
// calls an error of its own, a spec that makes no sense, is a [*SpecError].
package argspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// Hidden stands in messages for the value of an option with no_log.
const Hidden = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

// Report is what is wrong with arguments.
type Report struct {
	Errors   []string
	Warnings []string
}

// SpecError is a spec, or a value, that nothing can be checked with.
type SpecError struct{ Msg string }

func (e *SpecError) Error() string { return e.Msg }

func specErrorf(format string, args ...any) error {
	return &SpecError{Msg: fmt.Sprintf(format, args...)}
}

// Validate checks arguments. It changes both: arguments get the types and the defaults of the spec, and a default that is a dict gets
// those of its own options. Neither may be shared; see [Copy].
func Validate(spec, args *value.Dict) (*Report, error) {
	c := &check{}
	top := &level{c: c, spec: spec, args: args}
	if err := top.validate(nil); err != nil {
		return nil, err
	}
	if len(c.unsupported) > 0 {
		c.report.Errors = append(c.report.Errors, c.unsupportedText())
	}
	return &c.report, nil
}

// check is one run over a spec: what all its levels find.
type check struct {
	report      Report
	unsupported []stranger
}

// stranger is an argument that is not in the spec, and what is there.
type stranger struct{ name, supported string }

func (c *check) fail(format string, args ...any) {
	c.report.Errors = append(c.report.Errors, fmt.Sprintf(format, args...))
}

func (c *check) unsupportedText() string {
	slices.SortFunc(c.unsupported, func(a, b stranger) int { return strings.Compare(a.name, b.name) })
	var names []string
	for _, s := range c.unsupported {
		names = append(names, s.name)
	}
	return strings.Join(slices.Compact(names), ", ") + ". Supported parameters include: " + c.unsupported[0].supported + "."
}

// level is a spec with its arguments: those of the top, or those below an option.
type level struct {
	c          *check
	spec, args *value.Dict
	path       []string // the options above, for messages: "c", "a"
	place      string   // where the arguments are, for names in full: "c[0].a."
	dotted     string   // the same without indexes: "c.a."
	noLog      bool     // an option above has no_log
}

// validate checks one level and those below it; rules are the relations between its options, which the top has none of.
func (l *level) validate(rules *value.Dict) error {
	if err := proper(l.spec); err != nil {
		return err
	}
	if err := l.names(); err != nil {
		return err
	}
	if err := l.exclusive(rules); err != nil {
		return err
	}
	if err := l.defaults(); err != nil {
		return err
	}
	l.required()
	if err := l.types(); err != nil {
		return err
	}
	l.choices()
	if err := l.relations(rules); err != nil {
		return err
	}
	l.absent()
	return l.suboptions()
}

// options gives the options of a level in order.
func (l *level) options() []option { return optionsOf(l.spec) }

// where ends a message below the top with the options that lead there.
func (l *level) where() string {
	if len(l.path) == 0 {
		return ""
	}
	return " found in " + strings.Join(l.path, " -> ")
}

// shown is a value for a message.
func (l *level) shown(o option, v value.Value) value.Value {
	if l.noLog || o.flag("no_log") {
		return value.String(Hidden)
	}
	return v
}

// names sorts out which argument is for which option.
func (l *level) names() error {
	wrong := l.aliases()
	if wrong != "" {
		l.c.fail("%s", wrong)
	}
	msg, err := l.unreadable(l.spec, l.args)
	if err != nil {
		return err
	}
	if msg != "" {
		l.c.fail("%s", msg)
	}
	return l.strangers(wrong)
}

// strangers notes the arguments that the spec does not know. Where the spec is wrong that is told once more: at the top among the
// errors, further down as the end of the check.
func (l *level) strangers(wrong string) error {
	names, aliases := l.known()
	var found []stranger
	for k := range l.args.All() {
		if n := k.String(); !slices.Contains(names, n) && !slices.Contains(aliases, n) {
			found = append(found, stranger{l.dotted + n, supported(names, aliases)})
		}
	}
	switch {
	case wrong == "":
		l.c.unsupported = append(l.c.unsupported, found...)
	case found == nil:
	case len(l.path) > 0:
		return &SpecError{wrong}
	default:
		l.c.fail("%s", wrong)
	}
	return nil
}

func (l *level) known() (names, aliases []string) {
	for _, o := range l.options() {
		names = append(names, o.name)
		a, _ := o.aliases()
		aliases = append(aliases, a...)
	}
	slices.Sort(names)
	slices.Sort(aliases)
	return names, aliases
}

func supported(names, aliases []string) string {
	text := strings.Join(names, ", ")
	if len(aliases) > 0 {
		text += " (" + strings.Join(aliases, ", ") + ")"
	}
	return text
}

// required tells of required arguments that are missing.
func (l *level) required() {
	var missing []string
	for _, o := range l.options() {
		if _, given := l.args.Lookup(o.name); !given && o.flag("required") {
			missing = append(missing, o.name)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		l.c.fail("missing required arguments: %s%s", strings.Join(missing, ", "), l.where())
	}
}
