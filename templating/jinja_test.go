package templating_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/test"
	"github.com/goplay/goplay/templating/value"
)

// jinjaCase is a template of plain Jinja2 with its surroundings, as testdata/jinja.py reads it too.
type jinjaCase struct {
	Template  string            `json:"template"`
	Templates map[string]string `json:"templates,omitempty"` // others, by name
	Context   json.RawMessage   `json:"context,omitempty"`
	Options   jinjaOptions      `json:"options"`
}

// jinjaOptions are those of Jinja2's Environment; what is empty has its default.
type jinjaOptions struct {
	Undefined           string `json:"undefined,omitempty"` // "", "strict", "chainable" or "debug"
	Autoescape          bool   `json:"autoescape,omitempty"`
	Native              bool   `json:"native,omitempty"`
	TrimBlocks          bool   `json:"trim_blocks,omitempty"`
	LstripBlocks        bool   `json:"lstrip_blocks,omitempty"`
	KeepTrailingNewline bool   `json:"keep_trailing_newline,omitempty"`
	NewlineSequence     string `json:"newline_sequence,omitempty"`
	BlockStart          string `json:"block_start_string,omitempty"`
	BlockEnd            string `json:"block_end_string,omitempty"`
	VariableStart       string `json:"variable_start_string,omitempty"`
	VariableEnd         string `json:"variable_end_string,omitempty"`
	CommentStart        string `json:"comment_start_string,omitempty"`
	CommentEnd          string `json:"comment_end_string,omitempty"`
	LineStatementPrefix string `json:"line_statement_prefix,omitempty"`
	LineCommentPrefix   string `json:"line_comment_prefix,omitempty"`
}

// outcome is what became of a template: text, or an error.
type outcome struct {
	Text string `json:"text"`
	Type string `json:"type"` // of a native value, whose repr Text is
	Kind string `json:"kind"` // Python's name of the error, or ""
	Msg  string `json:"msg"`

	Seconds float64 `json:"seconds"` // how long one evaluation took, where that was asked
}

var undefinedModes = map[string]eval.UndefinedMode{"strict": eval.Strict, "chainable": eval.Chainable, "debug": eval.Debug}

func (o jinjaOptions) environment() *eval.Environment {
	return &eval.Environment{
		Filters: filter.Jinja(), Tests: test.Jinja(), Globals: eval.Globals(),
		Undefined: undefinedModes[o.Undefined], Native: o.Native, Autoescape: o.Autoescape,
		Syntax: syntax.Config{
			BlockStart: o.BlockStart, BlockEnd: o.BlockEnd, VariableStart: o.VariableStart, VariableEnd: o.VariableEnd,
			CommentStart: o.CommentStart, CommentEnd: o.CommentEnd, LineStatementPrefix: o.LineStatementPrefix,
			LineCommentPrefix: o.LineCommentPrefix, NewlineSequence: o.NewlineSequence, TrimBlocks: o.TrimBlocks,
			LstripBlocks: o.LstripBlocks, KeepTrailingNewline: o.KeepTrailingNewline,
		},
	}
}

// run gives what goplay makes of a case.
func (c *jinjaCase) run(t testing.TB, env *eval.Environment) outcome {
	t.Helper()
	vars := value.NewDict(0)
	if len(c.Context) > 0 {
		v, err := value.FromJSON(c.Context)
		if err != nil {
			t.Fatal(err)
		}
		vars = v.(*value.Dict)
	}
	templates := maps.Clone(c.Templates)
	host := &eval.MapHost{Env: env, Vars: vars, Templates: templates}
	prog, err := env.Compile("", c.Template, env.Syntax)
	if err != nil {
		return failed(err)
	}
	if env.Native {
		v, err := prog.Value(host)
		if err != nil {
			return failed(err)
		}
		return outcome{Text: value.Repr(v), Type: v.Type()}
	}
	text, err := prog.Text(host)
	if err != nil {
		return failed(err)
	}
	return outcome{Text: text}
}

func failed(err error) outcome { return outcome{Kind: eval.KindOf(err), Msg: err.Error()} }
