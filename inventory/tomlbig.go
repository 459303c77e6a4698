package inventory

import (
	"errors"
	"math/big"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/goplay/goplay/templating/value"
)

// bigMark begins the text that stands for a number which is too big for the parser.
const bigMark = "\ufdd0goplay-big:"

// decodeTOML decodes a document. Numbers of more than 64 bits, which the parser refuses, are given to it as marked text; there may be a
// thousand of them.
func decodeTOML(text string) (tree map[string]any, meta toml.MetaData, err error) {
	for range 1000 {
		tree = map[string]any{}
		meta, err = toml.Decode(text, &tree)
		var at toml.ParseError
		if !errors.As(err, &at) || !strings.HasSuffix(at.Message, "is out of range for int64") {
			break
		}
		from, to := at.Position.Start, at.Position.Start+at.Position.Len
		if to > len(text) || bigNumber(text[from:to]) == nil {
			break
		}
		text = text[:from] + `"` + bigMark + text[from:to] + `"` + text[to:]
	}
	return tree, meta, err
}

// bigNumber reads an integer of TOML, or gives nil.
func bigNumber(text string) *big.Int {
	text = strings.TrimPrefix(strings.ReplaceAll(text, "_", ""), "+")
	n, ok := new(big.Int).SetString(text, 0)
	if !ok {
		return nil
	}
	return n
}

// text makes a value of a text: a template where it has markers, or the number that it stands for.
func (c tomlValues) text(s string) value.Value {
	if digits, ok := strings.CutPrefix(s, bigMark); ok {
		if n := bigNumber(digits); n != nil {
			return value.NewInt(n)
		}
	}
	return templates(value.String(s), c.pos)
}
