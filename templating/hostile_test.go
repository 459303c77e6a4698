package templating_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
)

// What a hostile template may cost: the time is a watchdog for slow machines, memory counts all that is allocated, kept or not.
const (
	watchdog  = 5 * time.Minute
	maxAlloc  = 2 << 30
	mebibyte  = 1 << 20
	laughters = `{% set a = ['x'] * 10 %}{% set b = [a] * 10 %}{% set c = [b] * 10 %}{% set d = [c] * 10 %}{% set e = [d] * 10 %}` +
		`{% set f = [e] * 10 %}{% set g = [f] * 10 %}{% set h = [g] * 10 %}{% set i = [h] * 10 %}`
)

func nested(n int, open, inner, end string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// TestHostile wants of each template a result or an error that begins or goes on as told, within bounds.
func TestHostile(t *testing.T) {
	for _, r := range []struct{ name, text, want string }{
		{"long text", `{{ 'x' * 10**12 }}`, "error Error rendering template: the result is too big"},
		{"long list", `{{ [0] * 10**10 }}`, "error Error rendering template: the result is too big"},
		{"long list in steps", `{{ ([0] * 1000000) * 1000 }}`, "error Error rendering template: the result is too big"},
		{"long range", `{{ range(10**9) | list }}`, "error The filter plugin 'ansible.builtin.list' failed: the result is too big"},
		{"width", `{{ '%1000000000d' % 1 }}`, "error Error rendering template: a width or precision of more than 1048576 is too big"},
		{"precision", `{{ '%.1000000000f' % 1 }}`, "error Error rendering template: a width or precision"},
		{"width in braces", `{{ '{:1000000000}'.format(1) }}`, "error Error rendering template: a width or precision"},
		{"endless width", `{{ '{:>99999999999999999999}'.format('x') }}`, "error Error rendering template: a width or precision"},
		{"power", `{{ 10**10**10 ** 10000000 }}`, "error Error rendering template: the result is too big"},
		{"product", `{{ 2**1000000 * 2**1000000 }}`, "error Error rendering template: the result is too big"},
		{"digits", `{{ 10**5000 ~ '' }}`, "error Error rendering template: Exceeds the limit (4300 digits) for integer string conversion"},
		{"many digits read", `{{ ('9' * 5000000) | int(7) }}`, "error The filter plugin 'ansible.builtin.int' failed: cannot convert float infinity to integer"},
		{"lipsum", `{{ lipsum(n=10**9) }}`, "error Error rendering template: lipsum() of this size is refused"},
		{"center", `{{ 'a' | center(10**10) }}`, "error The filter plugin 'ansible.builtin.center' failed: the result is too big"},
		{"ljust", `{{ 'a'.ljust(10**10) }}`, "error Error rendering template: the result is too big"},
		{"zfill", `{{ 'a'.zfill(10**10) }}`, "error Error rendering template: the result is too big"},
		{"expandtabs", `{{ "` + "\t" + `".expandtabs(10**10) }}`, "error Error rendering template: the result is too big"},
		{"indent", `{{ 'a' | indent(10**9) }}`, "error The filter plugin 'ansible.builtin.indent' failed: the result is too big"},
		{"batch", `{{ [1] | batch(10**9, 'x') | list }}`, "error The filter plugin 'ansible.builtin.batch' failed: the result is too big"},
		{"slice", `{{ [1] | slice(10**9) | list }}`, "error The filter plugin 'ansible.builtin.slice' failed: the result is too big"},
		{"replace", `{{ ('x' * 10000000) | replace('x', 'y' * 10000000) }}`, "error The filter plugin 'ansible.builtin.replace' failed: the result is too big"},
		{"join", `{{ 'x'.join(['y' * 60000000] * 1000) }}`, "error Error rendering template: the result is too big"},
		{"join filter", `{{ (['x' * 1000] * 1000000) | join }}`, "error The filter plugin 'ansible.builtin.join' failed: the result is too big"},
		{"slice step", `{{ 'abc'[::10**9] }}`, "str 'a'"},
		{"sequence", `{{ query('sequence', 'count=1000000000') }}`, "error The lookup plugin 'sequence' failed: the sequence has more than"},
		{"products", `{{ range(1000) | product(range(1000), range(1000)) | list }}`, "error The filter plugin 'ansible.builtin.product' failed: the product has too many elements"},
		{"loops", `{% for a in range(10**5) %}{% for b in range(10**5) %}{% endfor %}{% endfor %}`, "error Error rendering template: the template takes more than 50000000 steps"},
		{"output", `{% set t = 'x' * 60000000 %}{% for a in range(100) %}{{ t }}{% endfor %}`, "error Error rendering template: template output exceeds 268435456 bytes"},
		{"kept values", `{% set ns = namespace(l=[]) %}{% for a in range(1000) %}{% set ns.l = ns.l + ['x' * 10000000] %}{% endfor %}`, "error Error rendering template: the template makes more than"},
		{"macro", `{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}`, "error Error rendering template: maximum recursion depth exceeded"},
		{"search", `{{ ('a' * 50 ~ '!') | regex_replace('(a+)+$', 'x') }}`, "error The filter plugin 'ansible.builtin.regex_replace' failed: the regular expression takes too long on this text"},
		{"many parts counted", laughters + `{{ i | length }}`, "int 10"},
		{"many parts compared", laughters + `{{ i == i }}`, "bool True"},
		{"many parts written", laughters + `{{ i | to_json }}`, "error The filter plugin 'ansible.builtin.to_json' failed: the JSON is longer than"},
		{"list in itself", `{% set l = [] %}{{ l.append(l) }}`, "error Error rendering template: a list or dict cannot be put into itself"},
		{"dict in itself", `{% set d = {} %}{{ d.update({'a': [d]}) }}`, "error Error rendering template: a list or dict cannot be put into itself"},
		{"deep JSON", `{{ ('[' * 100000) | from_json }}`, "error The filter plugin 'ansible.builtin.from_json' failed: maximum recursion depth exceeded"},
		{"parentheses", "{{ " + nested(100_000, "(", "1", ")") + " }}", "error Syntax error in template: maximum recursion depth exceeded"},
		{"nested lists", "{{ " + nested(100_000, "[", "1", "]") + " }}", "error Syntax error in template: maximum recursion depth exceeded"},
		{"minus signs", "{{ " + strings.Repeat("-", 100_000) + "1 }}", "error Syntax error in template: maximum recursion depth exceeded"},
		{"ifs", nested(50_000, "{% if 1 %}", "x", "{% endif %}"), "error Syntax error in template: maximum recursion depth exceeded"},
		{"open tags", strings.Repeat("{{", 1_000_000), "error Syntax error in template: maximum recursion depth exceeded"},
		{"sum", "{{ 1" + strings.Repeat(" + 1", 100_000) + " }}", "int 100001"},
		{"filters", "{{ 'a'" + strings.Repeat(" | upper", 100_000) + " }}", "str 'A'"},
		{"10 MB of text", strings.Repeat("x", 10*mebibyte) + "{{ 1 }}", "str 'xxx"},
		{"10 MB of tags", strings.Repeat("{{ 1 }}", 10*mebibyte/7), "str '111"},
		{"10 MB of literal", "{{ '" + strings.Repeat("x", 10*mebibyte) + "' | length }}", "int 10485760"},
		{"no UTF-8", "{{ '\xff' }}\xfe", `str '\udcff\udcfe'`},
		{"no UTF-8 in code", "{{ \xff }}", "error Syntax error in template: unexpected char"},
		{"unclosed print", "{{ 1", "error Syntax error in template: "},
		{"unclosed tag", "{% if 1", "error Syntax error in template: "},
		{"unclosed block", "{% for a in [1] %}x", "error Syntax error in template: Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'."},
		{"unclosed comment", "{# x", "error Syntax error in template: Missing end of comment tag"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got := bounded(t, r.text)
			if !strings.HasPrefix(got, r.want) {
				t.Errorf("got %.200s\nwant %s", got, r.want)
			}
		})
	}
}

// bounded describes what becomes of a template, and fails where that takes too long or too much memory.
func bounded(t *testing.T, text string) string {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make(chan string, 1)
	go func() {
		done <- describe(templating.New().NewContext(dictScope{}, nil).Resolve(templating.Trusted(text, source.Pos{})))
	}()
	select {
	case got := <-done:
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > maxAlloc {
			t.Errorf("%d MiB were allocated", n/mebibyte)
		}
		return got
	case <-time.After(watchdog):
		t.Fatal("it does not end")
	}
	return ""
}

// A file that includes or extends itself ends with an error.
func TestHostileFiles(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"templates/self.j2":   "x{% include 'self.j2' %}",
		"templates/parent.j2": "{% extends 'parent.j2' %}",
		"templates/a.j2":      "{% include 'b.j2' %}",
		"templates/b.j2":      "{% import 'a.j2' as m %}",
	})
	for _, text := range []string{"{% include 'self.j2' %}", "{% extends 'parent.j2' %}", "{% include 'a.j2' %}", "{% block a %}{{ self.a() }}{% endblock %}"} {
		ctx := templating.New().NewContext(dictScope{}, &templating.Env{SearchPaths: []string{dir}})
		_, err := ctx.RenderFile("x.j2", text, templating.FileOptions{})
		if err == nil || !strings.Contains(err.Error(), "maximum recursion depth exceeded") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// An unknown name is told with the nearest one.
func TestNearestName(t *testing.T) {
	for text, hint := range map[string]string{
		"{{ 'a' | uper }}":         "Did you mean 'upper'?",
		"{{ 'a' is defned }}":      "Did you mean 'defined'?",
		"{{ lookup('fil', 'x') }}": "Did you mean 'file'?",
		"{{ inventory_hostnam }}":  "Did you mean 'inventory_hostname'?",
		"{{ 'a' | nothing_like }}": "",
	} {
		_, err := templating.New().NewContext(scopeOf(t, `{"inventory_hostname": "h"}`), nil).Resolve(templating.Trusted(text, source.Pos{}))
		var last, e *source.Error
		for next := err; errors.As(next, &e); next = e.Err {
			last = e
		}
		if last == nil || last.Hint != hint {
			t.Errorf("%s: %v with the hint %+v, want %q", text, err, last, hint)
		}
	}
}
