package source

import (
	"strings"
	"testing"
)

// What the reference's split_args gives, the words with | between them.
func TestWords(t *testing.T) {
	for _, c := range [][2]string{
		{`msg="{{ f('a=1 b="x y" c') }}"`, `msg="{{ f('a=1 b="x y" c') }}"`},
		{`msg={{ "a b" }} x=1`, `msg={{ "a b" }}|x=1`},
		{`a={{ 'x }}' }} b`, `a={{ 'x }}'|}}|b`},
		{`msg="x {{ "y z" }} w" k=v`, `msg="x {{ "y z" }} w"|k=v`},
		{`a="{% if x %}b c{% endif %}" d`, `a="{% if x %}b c{% endif %}"|d`},
		{`a=b\ c "d e"f g`, `a=b\|c|"d e"f|g`},
		{`a="b\"c d" e`, `a="b\"c d"|e`},
		{`{{ a b }}{{ c }} d`, `{{ a b }}{{ c }}|d`},
		{`a=x"y z"w b`, `a=x"y z"w|b`},
		{`a='it''s x' b`, `a='it''s x'|b`},
		{`a="{{ x }}" b="{# q " #}" c`, `unbalanced`},
		{`echo it's fine`, `unbalanced`},
	} {
		got, err := Words(c[0])
		text := strings.Join(got, "|")
		if err != nil {
			text = "unbalanced"
		}
		if text != c[1] {
			t.Errorf("%s\n got %s\nwant %s", c[0], text, c[1])
		}
	}
}
