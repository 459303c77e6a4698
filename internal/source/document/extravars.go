package document

import (
	"encoding/json"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
)

// ExtraVarsPlace tells where values of -e stand; of JSON that is not known.
func ExtraVarsPlace(data []byte) func(*yaml.Node) source.Pos {
	isJSON := json.Valid(data)
	return func(n *yaml.Node) source.Pos {
		if isJSON {
			return source.InExtraVars(n.Value, 0, 0)
		}
		return source.InExtraVars(n.Value, n.Line, n.Column)
	}
}
