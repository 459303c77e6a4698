package argspec

import (
	"strings"
	"unicode"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// parseDict reads a dict from text: JSON, a Python literal, or key=value with spaces or commas between.
func parseDict(text string) (*value.Dict, error) {
	switch {
	case strings.HasPrefix(text, "{"):
		if v, err := value.FromJSON([]byte(text)); err == nil {
			if d, ok := v.(*value.Dict); ok {
				return d, nil
			}
		}
		if v, ok := eval.LiteralEval(text); ok {
			if d, ok := v.(*value.Dict); ok {
				return d, nil
			}
		}
		return nil, cannot("unable to evaluate string as dictionary")
	case strings.Contains(text, "="):
		return pairs(text)
	}
	return nil, cannot("dictionary requested, could not parse JSON or key=value")
}

func pairs(text string) (*value.Dict, error) {
	d := &value.Dict{}
	for _, f := range fields(text) {
		k, v, ok := strings.Cut(f, "=")
		if !ok {
			return nil, cannot("unable to evaluate string in the \"key=value\" format as dictionary")
		}
		d.Set(k, value.String(v))
	}
	return d, nil
}

// fields splits text at spaces and commas that are not in quotes; a backslash takes what follows as it is.
func fields(text string) []string {
	var out []string
	var field strings.Builder
	var quote rune
	escaped := false
	end := func() {
		if field.Len() > 0 {
			out = append(out, field.String())
		}
		field.Reset()
	}
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
			field.WriteRune(r)
		case r == '\\':
			escaped = true
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == ',' || r == ' '):
			end()
		default:
			field.WriteRune(r)
		}
	}
	end()
	return out
}

// asciiDigits writes the digits of every script as those of ASCII, as Python reads them.
func asciiDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 || !unicode.Is(unicode.Nd, r) {
			return r
		}
		zero := r // digits stand in tens
		for r-zero < 9 && unicode.Is(unicode.Nd, zero-1) {
			zero--
		}
		return '0' + (r - zero)
	}, text)
}
