package evaluate

import (
	"errors"
	"iter"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/test"
	"github.com/goplay/goplay/templating/value"
)

// Evaluator evaluates requests. What it holds is shared by all of them and never changed.
type Evaluator struct {
	ansible *templating.Engine
	env     templating.Env
	jinja2  *eval.Environment
}

// New makes an Evaluator. The env is what the lookups of Ansible's dialect reach beside variables.
func New(env templating.Env) *Evaluator {
	return &Evaluator{
		ansible: templating.New(), env: env,
		jinja2: &eval.Environment{Filters: filter.Jinja(), Tests: test.Jinja(), Globals: eval.Globals()},
	}
}

// evaluation is a request about to be evaluated: run does it, interrupt ends it, kind names its errors.
type evaluation struct {
	run       func() (v value.Value, text string, err error)
	interrupt func()
	kind      func(error) string
}

func (e *Evaluator) evaluation(r *request) evaluation {
	if r.options.jinja2 {
		return e.plain(r)
	}
	return e.ansibles(r)
}

// plain evaluates as plain Jinja2 does.
func (e *Evaluator) plain(r *request) evaluation {
	env := e.jinja2.Fork(r.globals)
	o := r.options
	env.Undefined, env.Native, env.Autoescape, env.Extensions, env.Syntax = o.undefined, o.native, o.autoescape, o.extensions, o.syntax
	run := func() (value.Value, string, error) {
		p, err := env.Compile(r.name, r.text, o.syntax)
		if err != nil {
			return nil, "", err
		}
		host := &eval.MapHost{Env: env, Vars: r.context, Templates: r.templates}
		if !o.native {
			text, err := p.Text(host)
			if err == nil {
				_, err = checked(value.String(text), nil)
			}
			return value.String(text), text, err
		}
		v, err := checked(p.Value(host))
		if err != nil {
			return nil, "", err
		}
		text, err := env.State(host).Text(v)
		return v, text, err
	}
	return evaluation{run, env.Interrupt, eval.KindOf}
}

// errOmitted is what a template is that amounts to omit.
var errOmitted = value.Errorf("AnsibleValueOmittedError", "A template was resolved to an Omit scalar.")

// ansibles evaluates as ansible-core does. Templates with a name are files, in which backslashes are Jinja2's.
func (e *Evaluator) ansibles(r *request) evaluation {
	engine := e.ansible.Fork(r.globals)
	env := e.env
	env.Templates = r.templates
	cfg := r.options.syntax
	cfg.RawStrings = cfg.RawStrings && r.name == ""
	run := func() (value.Value, string, error) {
		for name, v := range r.context.Strings() {
			r.context.Set(name, trusted(v))
		}
		ctx := engine.NewContext(variables{r.context}, &env)
		v, err := checked(ctx.EvaluateText(r.name, r.text, cfg))
		switch {
		case err != nil:
			return nil, "", err
		case v == value.Value(value.Omit):
			return nil, "", errOmitted
		}
		return v, v.String(), nil
	}
	return evaluation{run, engine.Interrupt, ansibleKind}
}

// checked refuses a value that is too big.
func checked(v value.Value, err error) (value.Value, error) {
	if err == nil && !fits(v) {
		return nil, errTooBig
	}
	return v, err
}

func ansibleKind(err error) string {
	if errors.Is(err, errOmitted) || errors.Is(err, errTooBig) {
		return eval.KindOf(err)
	}
	return templating.KindOf(err)
}

// unsafe is the key of text that is no template, as ansible-core writes it to JSON.
const unsafe = "__ansible_unsafe"

// trusted makes templates of text with markers.
func trusted(v value.Value) value.Value {
	switch v := v.(type) {
	case value.String:
		return templating.Trusted(string(v), source.Pos{})
	case *value.List:
		for i, e := range v.Elems {
			v.Elems[i] = trusted(e)
		}
	case *value.Dict:
		if text, ok := v.Get(unsafe).(value.String); ok && v.Len() == 1 {
			return text
		}
		for k, e := range v.Strings() {
			v.Set(k, trusted(e))
		}
	}
	return v
}

// place finds where in the request's templates an error is.
func place(err error) (template string, line, column int) {
	var at *eval.Error
	if errors.As(err, &at) {
		return at.Template, at.Line, at.Col
	}
	return "", 0, 0
}

// variables are a request's, as a Scope.
type variables struct{ *value.Dict }

var _ templating.Scope = variables{}

// Names gives the names of the variables.
func (v variables) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range v.Strings() {
			if !yield(name) {
				return
			}
		}
	}
}
