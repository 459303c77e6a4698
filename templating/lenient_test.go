package templating_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

func TestLenient(t *testing.T) {
	at := func(line int) source.Pos { return source.Pos{File: "x.yml", Line: line, Col: 1} }
	vars := value.DictOf("y", templating.Trusted("{{ zork.a }}", at(1)), "bad", templating.Trusted("{{ 1 + 'a' }}", at(2)),
		"w", value.DictOf("k", value.NewList(templating.Trusted("{{ y }}", at(3)), value.Int(1), templating.Trusted("{{ omit }}", at(3)))))
	for _, r := range []struct {
		text string
		want string // as Lenient gives it
		all  string // as Shown gives it, where that is something else
		told string
	}{
		{"a {{ 1 }}", "str 'a 1'", "", ""},
		{"{{ [1] }}", "list [1]", "", ""},
		{"{{ omit }}", "Omit <<Omit>>", "", ""},
		{"unknown {{ nobody }}", `str "unknown << error 1 - 'nobody' is undefined >>"`, "", "x.yml:9:1 Encountered 1 template error.\nerror 1 - 'nobody' is undefined"},
		{"{{ y }}", `str "<< error 1 - 'zork' is undefined >>"`, "", "x.yml:1:1 Encountered 1 template error.\nerror 1 - 'zork' is undefined"},
		{
			"{{ [nobody, y] }}", `list ["<< error 1 - 'nobody' is undefined >>", "<< error 2 - 'zork' is undefined >>"]`, "",
			"x.yml:9:1 Encountered 1 template error.\nerror 1 - 'nobody' is undefined|x.yml:1:1 Encountered 1 template error.\nerror 2 - 'zork' is undefined",
		},
		{
			"{{ nobody }}{{ nobody | upper }}{{ nobody | default(3) }}",
			`str "<< error 1 - 'nobody' is undefined >><< error 2 - 'nobody' is undefined >>3"`, "",
			"x.yml:9:1 Encountered 2 template errors.\nerror 1 - 'nobody' is undefined\nerror 2 - 'nobody' is undefined",
		},
		{"{{ w }}", `dict {'k': ["<< error 1 - 'zork' is undefined >>", 1]}`, "", "x.yml:1:1 Encountered 1 template error.\nerror 1 - 'zork' is undefined"},
		{
			"b {{ bad }}", "error Error rendering template: unsupported operand type(s) for +: 'int' and 'str'",
			`str "b << error 1 - Error rendering template: unsupported operand type(s) for +: 'int' and 'str' >>"`,
			"x.yml:2:1 Encountered 1 template error.\nerror 1 - Error rendering template: unsupported operand type(s) for +: 'int' and 'str'",
		},
		{
			"b {{ 1 +", "error Syntax error in template: unexpected 'end of template'",
			`str "<< error 1 - Syntax error in template: unexpected 'end of template' >>"`,
			"x.yml:9:1 Encountered 1 template error.\nerror 1 - Syntax error in template: unexpected 'end of template'",
		},
	} {
		ctx := templating.New().NewContext(dictScope{vars}, nil)
		v, _, err := ctx.Lenient(&value.Template{Text: r.text, Pos: at(9)})
		if got := describe(v, err); got != r.want {
			t.Errorf("%s\n got %s\nwant %s", r.text, got, r.want)
		}
		v, notices := ctx.Shown(&value.Template{Text: r.text, Pos: at(9)})
		if r.all == "" {
			r.all = r.want
		}
		if got := describe(v, nil); got != r.all {
			t.Errorf("%s shown\n got %s\nwant %s", r.text, got, r.all)
		}
		var told []string
		for _, n := range notices {
			told = append(told, fmt.Sprintf("%s %s", n.Pos, n.Msg))
		}
		if got := strings.Join(told, "|"); got != r.told {
			t.Errorf("%s tells\n got %q\nwant %q", r.text, got, r.told)
		}
	}
}
