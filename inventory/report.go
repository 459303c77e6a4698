package inventory

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goplay/goplay/internal/source"
)

// attempt is how one kind of source fared.
type attempt struct {
	plugin string
	err    error
}

// failure is an error with its cause.
type failure struct {
	msg string
	err error
}

func (e *failure) Error() string { return e.msg + ": " + e.err.Error() }

func (e *failure) Unwrap() error { return e.err }

// valueError is an error that the reference has from Python, and tells as a cause of its own.
type valueError string

func (e valueError) Error() string { return string(e) }

// extraVarsError is what is wrong with the extra variables, which is no fault of the source.
type extraVarsError struct{ error }

func (e *extraVarsError) Unwrap() error { return e.error }

// name is the plugin's own, which is a longer one where the configuration names it in full.
func (a attempt) name() string {
	if parts := strings.SplitN(a.plugin, ".", 3); len(parts) == 3 {
		return "ansible_collections." + parts[0] + "." + parts[1] + ".plugins.inventory." + parts[2]
	}
	return a.plugin
}

// text is the reference's report of a failure, with the chain of its causes.
func (a attempt) text(src string) string {
	msg := a.err.Error()
	cause, detail := a.cause()
	head := fmt.Sprintf("Failed to parse inventory with '%s' plugin", a.name())
	return fmt.Sprintf("%s: %s\n\n%s.\n\n<<< caused by >>>\n\n%s\n%s%s", head, msg, head, cause, a.origin(src), detail)
}

// cause gives the first cause and what follows it. One that has a cause of its own is told apart from it.
func (a attempt) cause() (first, detail string) {
	var script *scriptError
	if errors.As(a.err, &script) && script.stderr != "" {
		return a.err.Error(), "\nStandard error from inventory script:\n" + strings.TrimRight(script.stderr, "\n") + "\n"
	}
	var f *failure
	var at *source.Error
	if errors.As(a.err, &f) && errors.As(f.err, &at) && at.Pos.IsValid() {
		return f.msg + ".", fmt.Sprintf("\n<<< caused by >>>\n\n%v\n%s", f.err, source.Excerpt(at.Pos))
	}
	var python valueError
	if errors.As(a.err, &f) && (errors.Unwrap(f.err) != nil || errors.As(f.err, &python)) {
		return f.msg + ".", fmt.Sprintf("\n<<< caused by >>>\n\n%v\n", f.err)
	}
	return a.err.Error(), ""
}

// origin is the place of a failure: within the file where that is known of a file that names its plugin.
func (a attempt) origin(src string) string {
	var at *source.Error
	var extra *extraVarsError
	isExtra := errors.As(a.err, &extra)
	switch {
	case isExtra && errors.As(a.err, &at) && at.Pos.IsValid():
		return source.Excerpt(at.Pos) + hint(at)
	case isExtra:
		return a.byPlugin(src)
	case a.plugin == "ini" && !errors.As(a.err, &at):
		return "Origin: " + src + "\n"
	case a.plugin == "auto" && errors.As(a.err, &at) && at.Pos.Line > 0:
		return source.Excerpt(at.Pos)
	default:
		return a.byPlugin(src)
	}
}

func hint(e *source.Error) string {
	if e.Hint == "" {
		return ""
	}
	return "\n" + e.Hint + "\n"
}

// byPlugin is the origin of a failure that has no place of its own.
func (a attempt) byPlugin(src string) string {
	return fmt.Sprintf("Origin: <inventory plugin '%s' with source '%s'>\n", a.name(), src)
}
