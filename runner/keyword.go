package runner

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// reader resolves keywords of one kind of object with one host's variables. The first error is kept, later reads give defaults.
type reader struct {
	ctx *templating.Context
	err error
}

func (r *reader) resolve(name string, v value.Value) value.Value {
	if v == nil || r.err != nil {
		return nil
	}
	t, written := v.(*value.Template)
	if written && t.Text == "" {
		return value.String("")
	}
	got, err := r.ctx.Resolve(v)
	if written && err != nil && t.Given != nil {
		r.err = source.At(t.Pos, fmt.Sprintf("Error processing keyword '%s'", name), err)
		return nil
	}
	if err != nil {
		r.err = said("Error processing keyword '%s': %w", name, err)
		return nil
	}
	if written && got == value.Omit {
		return r.resolve(name, t.Around)
	}
	if got == value.Omit || got == value.None {
		return nil
	}
	return got
}

func (r *reader) str(name string, v value.Value, def string) string {
	if got := r.resolve(name, v); got != nil {
		return got.String()
	}
	return def
}

func (r *reader) bool(name string, v value.Value, def bool) bool {
	got := r.resolve(name, v)
	if got == nil {
		return def
	}
	b, ok := value.Boolean(got)
	if !ok {
		r.invalid(name, v, got, "bool")
		return def
	}
	return b
}

func (r *reader) int(name string, v value.Value, def int) int {
	got := r.resolve(name, v)
	if got == nil {
		return def
	}
	n, ok := value.Whole(got)
	if !ok {
		r.invalid(name, v, got, "int")
		return def
	}
	return n
}

func (r *reader) float(name string, v value.Value, def float64) float64 {
	return r.number(name, v, def, "float", value.Value.String)
}

// percent reads a number with or without a percent sign behind it.
func (r *reader) percent(name string, v value.Value, def float64) float64 {
	return r.number(name, v, def, "percent", func(v value.Value) string { return strings.ReplaceAll(v.String(), "%", "") })
}

// texts reads text or a list of texts, or gives nil.
func (r *reader) texts(name string, w playbook.Written) value.Value {
	got := r.resolve(name, w.Value)
	if w.Items != nil && r.err != nil {
		r.err = source.New(w.Pos, r.err.Error())
	}
	if got == nil {
		return nil
	}
	list, ok := got.(*value.List)
	if !ok {
		list = value.NewList(got)
	}
	for i, e := range list.Elems {
		if e.Type() == "str" {
			continue
		}
		msg := fmt.Sprintf("Keyword '%s' items must be of type 'str', not '%s'.", name, e.Type())
		if i < len(w.Items) {
			r.err = source.At(w.Pos, fmt.Sprintf("Error processing keyword '%s'", name), source.New(w.Items[i], msg))
		} else {
			r.err = source.New(w.Pos, fmt.Sprintf("Error processing keyword '%s': %s", name, msg))
		}
		return nil
	}
	return got
}

// number reads a number of a kind, text of which is given by digits.
func (r *reader) number(name string, v value.Value, def float64, kind string, digits func(value.Value) string) float64 {
	got := r.resolve(name, v)
	switch got := got.(type) {
	case nil:
		return def
	case value.Int:
		return float64(got)
	case value.Float:
		return float64(got)
	case value.Bool:
		n, _ := value.Whole(got)
		return float64(n)
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(digits(got)), 64)
	if err != nil {
		r.invalid(name, v, got, kind)
		return def
	}
	return f
}

// invalid notes that a keyword's value, here as it was written, is of no use.
func (r *reader) invalid(name string, written, got value.Value, kind string) {
	if r.err != nil {
		return
	}
	pos := posOf(written, source.Pos{})
	r.err = source.At(pos, fmt.Sprintf("Error processing keyword '%s'", name), &source.Error{
		Pos: pos, Apart: pos.IsValid(), Msg: fmt.Sprintf("The value %s could not be converted to '%s'.", value.Repr(got), kind),
	})
}

// writtenTrue tells whether a keyword is true where it is not evaluated.
func writtenTrue(written value.Value) bool {
	return written != nil && asWritten(written).Truth()
}

// isTrue reads a result's flag.
func isTrue(d *value.Dict, key string) bool {
	v, ok := d.Lookup(key)
	if !ok {
		return false
	}
	if b, ok := value.Boolean(v); ok {
		return b
	}
	return v.Truth()
}

// at gives an error's links that have no place of their own a place.
func at(pos source.Pos, err error) error {
	var e *source.Error
	if !errors.As(err, &e) || e.Pos.IsValid() {
		return err
	}
	there := *e
	there.Pos = pos
	if there.Err != nil {
		there.Err = at(pos, there.Err)
	}
	return &there
}
