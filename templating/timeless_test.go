package templating

import (
	"testing"

	"github.com/goplay/goplay/templating/value"
)

// TestTimeless evaluates templates where only what holds at any time is wanted.
func TestTimeless(t *testing.T) {
	for text, fails := range map[string]bool{
		"{{ a ~ db_password ~ imported }}": false, "{{ now_playing }}": false, "{{ r.stat.exists }}": false, "{{ a | upper }}": false,
		"{{ now() }}": true, "{{ '%Y' | strftime }}": true, "{{ lookup('env', 'HOME') }}": true, "{{ q('lines', 'ls') }}": true,
		"{{ [1, 2] | random }}": true, "{{ [[1, 2]] | map('shuffle') }}": true, "{{ a | password_hash }}": true, "{{ '/etc' is exists }}": true,
		"{{ '/etc' is not directory }}": true, "{{ ['/etc'] | select('file') }}": true, "{% include 'x' %}": true, "{{ '*' | fileglob }}": true,
		"{{ indirect }}": true,
	} {
		vars := value.DictOf("a", value.String("x"), "db_password", value.String("y"), "imported", value.String("z"), "now_playing", value.String("n"),
			"r", value.DictOf("stat", value.DictOf("exists", value.Bool(true))), "indirect", &value.Template{Text: "{{ now() }}"})
		c := New().NewContext(nil, &Env{Timeless: true}).With(vars)
		if _, err := c.Resolve(&value.Template{Text: text}); (err != nil) != fails {
			t.Errorf("%s: %v", text, err)
		}
	}
}
